package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.calls.Fields.BadFieldException;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The events of a call: initiate, accept, reject, end, signaling, and what clients measure. */
final class CallEvents {
  private static final Set<String> CALL_TYPES = Set.of("audio", "video");
  private static final Set<String> RESULTS = Set.of("connected", "failed");
  private static final Set<String> CANDIDATES = Set.of("host", "srflx", "prflx", "relay");
  private static final int MAX_REASON = 256;

  private final CallEdge edge;

  CallEvents(CallEdge edge) {
    this.edge = edge;
  }

  void addTo(EventTable table) {
    table
        .ordered("call_initiate", this::initiate)
        .ordered("call_accept", this::accept)
        .ordered("call_reject", this::reject)
        .ordered("call_end", this::end)
        .ordered("call_cancel", this::end)
        .ordered("sdp_offer", (from, event, answer) -> from.lane().submit(event, answer, "sdp"))
        .ordered("sdp_answer", (from, event, answer) -> from.lane().submit(event, answer, "sdp"))
        .ordered(
            "ice_candidate",
            (from, event, answer) -> from.lane().submit(event, answer, "candidate"))
        .atOnce("connection_state", this::connectionState);
  }

  private Future<Void> initiate(CallSocket from, Event event, Answer answer) {
    final long started = System.nanoTime();
    Session own = from.registered();
    Call call = newCall(own, Fields.of(event.arguments()));
    // Entered before it is saved, so that the news of an answer finds the caller in the call.
    final CallLink before = from.link();
    if (before == null) {
      from.link(new CallLink(call, List.of()));
    }
    Future<IceClient.Servers> servers = edge.ice().servers(own.userId(), call.callId());
    return edge.initiation()
        .initiate(call, started)
        .onFailure(failure -> leave(from, call))
        .compose(
            outcome -> {
              if (outcome instanceof Outcome.Done(Call made, List<Session> peers)) {
                enter(from, made, peers);
                return (isRepeat(made, call)
                        ? edge.ice().servers(own.userId(), made.callId())
                        : servers)
                    .map(list -> answerStarted(from, made, list, answer));
              }
              leave(from, call);
              Outcome.Refused refused = (Outcome.Refused) outcome;
              if (before != null && !before.call().callId().equals(refused.callId())) {
                leave(from, before.call()); // which this request has superseded, or which is over
              }
              refuseCall(from, call, refused, answer);
              return Future.succeededFuture();
            })
        .mapEmpty();
  }

  /** True if the answer is about a call that was made before. */
  private static boolean isRepeat(Call made, Call now) {
    return !made.callId().equals(now.callId());
  }

  private Call newCall(Session own, Fields fields) {
    String callee = fields.id("calleeId");
    String type = fields.oneOf("callType", CALL_TYPES);
    String name = fields.optionalText("callerName");
    String avatar = fields.optionalText("callerAvatar", 2_048);
    if (callee.equals(own.userId())) {
      throw new BadFieldException(CallError.BAD_FIELD, "calleeId must not be yourself");
    }
    long now = edge.clock().millis();
    return new Call(
        UUID.randomUUID().toString(),
        1,
        CallState.RINGING,
        own.userId(),
        callee,
        type,
        name == null ? own.userId() : name,
        avatar,
        own.deviceId(),
        null,
        now,
        now + edge.settings().ringTimeout().toMillis(),
        0,
        0,
        0,
        0,
        null,
        null);
  }

  /** Takes what the save says, unless more of this call is known already. */
  private static void enter(CallSocket from, Call call, List<Session> peers) {
    CallLink known = from.link();
    boolean better =
        known != null
            && known.call().callId().equals(call.callId())
            && (known.call().version() > call.version() || peers.isEmpty());
    if (!better) {
      from.link(new CallLink(call, peers));
    }
  }

  private static void leave(CallSocket from, Call call) {
    CallLink known = from.link();
    if (known != null && known.call().callId().equals(call.callId())) {
      from.link(null);
    }
  }

  private JsonObject answerStarted(
      CallSocket from, Call call, IceClient.Servers servers, Answer answer) {
    JsonObject started =
        Answer.success()
            .put("callId", call.callId())
            .put("state", call.state().wireName())
            .put("message", call.state() == CallState.RINGING ? "Ringing" : "Accepted")
            .put("iceServers", servers.list());
    armIce(from, servers);
    answer.succeed(started);
    return started;
  }

  private void armIce(CallSocket from, IceClient.Servers servers) {
    from.iceRenewAt(IceRenewal.at(edge.clock().millis(), servers));
  }

  private static void refuseCall(
      CallSocket from, Call call, Outcome.Refused refused, Answer answer) {
    if (refused.error() == CallError.BUSY) {
      from.socket().emit("call_busy", new JsonObject().put("calleeId", call.calleeId()));
    }
    answer.refuse(refused);
  }

  private static @Nullable Call known(CallSocket from, String callId) {
    CallLink link = from.link();
    return link != null && link.call().callId().equals(callId) ? link.call() : null;
  }

  private Future<Void> accept(CallSocket from, Event event, Answer answer) {
    long started = System.nanoTime();
    Session own = from.registered();
    String callId = Fields.of(event.arguments()).id("callId");
    Future<IceClient.Servers> servers = edge.ice().servers(own.userId(), callId);
    return edge.calls()
        .transition(
            callId, known(from, callId), new CallCommand.Accept(own.userId(), own.deviceId()))
        .compose(
            outcome -> {
              switch (outcome) {
                case Outcome.Refused refused -> {
                  answer.refuse(refused);
                  return Future.succeededFuture();
                }
                case Outcome.Done(Call call, List<Session> peers) -> {
                  enter(from, call, peers);
                  edge.metrics().accepted(System.nanoTime() - started);
                  return servers.map(list -> answerStarted(from, call, list, answer));
                }
              }
            })
        .mapEmpty();
  }

  private Future<Void> reject(CallSocket from, Event event, Answer answer) {
    Session own = from.registered();
    Fields fields = Fields.of(event.arguments());
    String callId = fields.id("callId");
    String reason = fields.optionalText("reason", MAX_REASON);
    CallCommand command = new CallCommand.Reject(own.userId(), own.deviceId(), reason);
    return finish(from, callId, command, "Call rejected", answer);
  }

  private Future<Void> end(CallSocket from, Event event, Answer answer) {
    Session own = from.registered();
    String callId = Fields.of(event.arguments()).id("callId");
    CallCommand command = new CallCommand.End(own.userId(), own.deviceId());
    return finish(from, callId, command, "Call ended", answer);
  }

  private Future<Void> finish(
      CallSocket from, String callId, CallCommand command, String message, Answer answer) {
    return edge.calls()
        .transition(callId, known(from, callId), command)
        .map(
            outcome -> {
              switch (outcome) {
                case Outcome.Refused refused when isForgotten(callId, command, refused) ->
                    answer.succeed(finished(callId, message));
                case Outcome.Refused refused -> answer.refuse(refused);
                case Outcome.Done(Call call, var peers) -> {
                  leave(from, call);
                  answer.succeed(finished(callId, message));
                }
              }
              return outcome;
            })
        .mapEmpty();
  }

  /** A call to be ended that is over for so long that nothing of it is left has ended. */
  private static boolean isForgotten(String callId, CallCommand command, Outcome.Refused refused) {
    return command instanceof CallCommand.End
        && refused.error() == CallError.NO_SUCH_CALL
        && CallFields.isId(callId);
  }

  private static JsonObject finished(String callId, String message) {
    return Answer.success().put("callId", callId).put("message", message);
  }

  private Future<Void> connectionState(CallSocket from, Event event, Answer answer) {
    Session own = from.registered();
    Fields fields = Fields.of(event.arguments());
    String callId = fields.id("callId");
    String result = fields.oneOf("state", RESULTS);
    String local = fields.optionalOneOf("localType", CANDIDATES);
    String remote = fields.optionalOneOf("remoteType", CANDIDATES);
    return edge.calls()
        .partyOf(callId, known(from, callId), own.userId())
        .onSuccess(
            refused -> {
              if (refused == null) {
                edge.metrics().connection(result, path(local, remote));
                answer.succeed(Answer.success());
              } else {
                answer.refuse(refused);
              }
            })
        .mapEmpty();
  }

  /** The most roundabout of the two ends names the path. */
  private static String path(@Nullable String local, @Nullable String remote) {
    if ("relay".equals(local) || "relay".equals(remote)) {
      return "relay";
    }
    boolean direct = "host".equals(local) && "host".equals(remote);
    return direct ? "host" : "srflx";
  }
}
