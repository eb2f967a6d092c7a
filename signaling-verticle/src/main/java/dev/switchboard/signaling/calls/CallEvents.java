package dev.switchboard.signaling.calls;

import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.timeline.PendingSteps;
import dev.switchboard.shared.timeline.Step;
import dev.switchboard.shared.timeline.StepName;
import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.edge.ClientEvents;
import dev.switchboard.signaling.edge.Payload;
import dev.switchboard.signaling.edge.RefusedException;
import dev.switchboard.signaling.ice.IceClient;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.socketio.Event;
import dev.switchboard.signaling.timeline.TimelineStore;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
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
  private static final int MAX_METADATA = 1_024;

  private final SignalingSettings settings;
  private final CallService calls;
  private final IceClient ice;
  private final CallMetrics metrics;
  private final InstantSource clock;
  private final TimelineStore timelines;
  private final PendingSteps steps;

  CallEvents(
      SignalingSettings settings,
      CallService calls,
      IceClient ice,
      CallMetrics metrics,
      InstantSource clock,
      TimelineStore timelines,
      PendingSteps steps) {
    this.settings = settings;
    this.calls = calls;
    this.ice = ice;
    this.metrics = metrics;
    this.clock = clock;
    this.timelines = timelines;
    this.steps = steps;
  }

  void addTo(ClientEvents<CallSocket, Event, CallReply> events) {
    events
        .ordered("call_initiate", this::initiate)
        .ordered("call_accept", this::accept)
        .ordered("call_reject", this::reject)
        .ordered("call_end", this::end)
        .ordered("call_cancel", this::end)
        .ordered("sdp_offer", (from, event, reply) -> from.relay().submit(event, reply, "sdp"))
        .ordered("sdp_answer", (from, event, reply) -> from.relay().submit(event, reply, "sdp"))
        .ordered(
            "ice_candidate", (from, event, reply) -> from.relay().submit(event, reply, "candidate"))
        .atOnce("connection_state", this::connectionState)
        .atOnce("push_received", this::pushReceived);
  }

  private Future<Void> initiate(CallSocket from, Event event, CallReply reply) {
    final long started = System.nanoTime();
    Session own = from.registered();
    Call call =
        newCall(own, from.identity().caller(), Payload.of(event.arguments(), CallError.PAYLOADS));
    // Entered before it is saved, so that the news of an reply finds the caller in the call.
    CallLink link = from.link();
    final Call before = link.call();
    if (before == null) {
      link.set(call, List.of());
    }
    Future<IceClient.Servers> servers = ice.servers(own.userId(), call.callId());
    return calls
        .newCalls()
        .initiate(call, started)
        .onFailure(failure -> link.leave(call))
        .compose(
            outcome -> {
              if (outcome instanceof Outcome.Done(Call made, List<Session> peers)) {
                link.saved(made, peers);
                return (isRepeat(made, call) ? ice.servers(own.userId(), made.callId()) : servers)
                    .map(list -> answerStarted(from, made, list, reply));
              }
              link.leave(call);
              Outcome.Refused refused = (Outcome.Refused) outcome;
              if (before != null && !before.callId().equals(refused.callId())) {
                link.leave(before); // which this request has superseded, or which is over
              }
              refuseCall(from, call, refused, reply);
              return Future.succeededFuture();
            })
        .mapEmpty();
  }

  /** True if the reply is about a call that was made before. */
  private static boolean isRepeat(Call made, Call now) {
    return !made.callId().equals(now.callId());
  }

  private static @Nullable String metadata(Payload fields) {
    String raw = fields.optionalRaw("metadata", MAX_METADATA);
    if (raw == null) {
      return null;
    }
    String text = raw.startsWith("{") ? new JsonObject(raw).encode() : "";
    if (text.isEmpty() || text.getBytes(StandardCharsets.UTF_8).length > MAX_METADATA) {
      throw new RefusedException(
          CallError.BAD_FIELD, "metadata must be a JSON object of at most 1024 bytes");
    }
    return text;
  }

  private Call newCall(Session own, @Nullable Caller caller, Payload fields) {
    String callee = fields.id("calleeId");
    String type = fields.oneOf("callType", CALL_TYPES);
    String name = fields.optionalText("callerName");
    String avatar = fields.optionalText("callerAvatar", 2_048);
    String metadata = metadata(fields);
    Caller.Profile verified = caller == null ? null : caller.profile();
    if (verified != null) {
      name = verified.name();
      avatar = verified.picture();
    }
    if (callee.equals(own.userId())) {
      throw new RefusedException(CallError.BAD_FIELD, "calleeId must not be yourself");
    }
    long now = clock.millis();
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
        now + settings.ringTimeout().toMillis(),
        0,
        0,
        0,
        0,
        null,
        null,
        null,
        metadata);
  }

  private @Nullable Void answerStarted(
      CallSocket from, Call call, IceClient.Servers servers, CallReply reply) {
    from.link().iceRenewAt(servers.renewAt(clock.millis()));
    steps.add(call.callId(), own(StepName.RELAY_LIST, from).because(ice.sources(servers)));
    reply.succeed(CallFrames.started(call, servers));
    return null;
  }

  private static Step own(StepName name, CallSocket from) {
    Session own = from.session();
    return own == null ? Step.of(name, null, null) : Step.of(name, own.userId(), own.deviceId());
  }

  private static void refuseCall(
      CallSocket from, Call call, Outcome.Refused refused, CallReply reply) {
    if (refused.error() == CallError.BUSY) {
      from.send(CallFrames.busy(call.calleeId()));
    }
    boolean named = refused.callId() != null;
    // Its timeline says why nothing rang.
    reply.refuse(
        named
            ? refused
            : new Outcome.Refused(refused.error(), call.callId(), refused.retryAfterMillis()));
  }

  private Future<Void> accept(CallSocket from, Event event, CallReply reply) {
    long started = System.nanoTime();
    Session own = from.registered();
    String callId = Payload.of(event.arguments(), CallError.PAYLOADS).id("callId");
    Future<IceClient.Servers> servers = ice.servers(own.userId(), callId);
    return calls
        .transition(
            callId, from.link().known(callId), new CallCommand.Accept(own.userId(), own.deviceId()))
        .compose(
            outcome -> {
              switch (outcome) {
                case Outcome.Refused refused -> {
                  reply.refuse(refused);
                  return Future.succeededFuture();
                }
                case Outcome.Done(Call call, List<Session> peers) -> {
                  from.link().saved(call, peers);
                  metrics.accepted(System.nanoTime() - started);
                  return servers
                      .map(list -> answerStarted(from, call, list, reply))
                      .compose(answered -> deliverKept(from, own, call));
                }
              }
            })
        .mapEmpty();
  }

  /** A device that has taken the caller's side gets what was sent there so far. */
  private Future<Void> deliverKept(CallSocket from, Session own, Call call) {
    return own.userId().equals(call.callerId())
        ? calls.takeKept(call).onSuccess(frames -> frames.forEach(from::send)).mapEmpty()
        : Future.succeededFuture();
  }

  private Future<Void> reject(CallSocket from, Event event, CallReply reply) {
    Session own = from.registered();
    Payload fields = Payload.of(event.arguments(), CallError.PAYLOADS);
    String callId = fields.id("callId");
    String reason = fields.optionalText("reason", MAX_REASON);
    CallCommand command = new CallCommand.Reject(own.userId(), own.deviceId(), reason);
    return finish(from, callId, command, "Call rejected", reply);
  }

  private Future<Void> end(CallSocket from, Event event, CallReply reply) {
    Session own = from.registered();
    String callId = Payload.of(event.arguments(), CallError.PAYLOADS).id("callId");
    CallCommand command = new CallCommand.End(own.userId(), own.deviceId());
    return finish(from, callId, command, "Call ended", reply);
  }

  private Future<Void> finish(
      CallSocket from, String callId, CallCommand command, String message, CallReply reply) {
    return calls
        .transition(callId, from.link().known(callId), command)
        .map(
            outcome -> {
              switch (outcome) {
                case Outcome.Refused refused when isForgotten(callId, command, refused) ->
                    reply.succeed(finished(callId, message));
                case Outcome.Refused refused -> reply.refuse(refused);
                case Outcome.Done(Call call, var peers) -> {
                  from.link().leave(call);
                  reply.succeed(finished(callId, message));
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
    return CallReply.success().put("callId", callId).put("message", message);
  }

  private Future<Void> connectionState(CallSocket from, Event event, CallReply reply) {
    Session own = from.registered();
    Payload fields = Payload.of(event.arguments(), CallError.PAYLOADS);
    String callId = fields.id("callId");
    String result = fields.oneOf("state", RESULTS);
    String local = fields.optionalOneOf("localType", CANDIDATES);
    String remote = fields.optionalOneOf("remoteType", CANDIDATES);
    return calls
        .partyOf(callId, from.link().known(callId), own.userId())
        .onSuccess(
            refused -> {
              if (refused == null) {
                String path = path(local, remote);
                metrics.connection(result, path);
                steps.add(callId, own(StepName.MEDIA, from).because(result + " by " + path));
                reply.succeed(CallReply.success());
              } else {
                reply.refuse(refused);
              }
            })
        .mapEmpty();
  }

  /** A device says that it got, and perhaps shows, the push of a ring. */
  private Future<Void> pushReceived(CallSocket from, Event event, CallReply reply) {
    Session own = from.registered();
    TimelineStore.Device device = new TimelineStore.Device(own.userId(), own.deviceId());
    Payload fields = Payload.of(event.arguments(), CallError.PAYLOADS);
    String callId = fields.optionalId("callId");
    boolean shown = fields.flag("shown");
    Future<TimelineStore.Seen> seen =
        callId == null
            ? timelines.receivedPush(device, fields.id("notificationId"), shown)
            : timelines.received(device, callId, shown);
    return seen.onSuccess(
            became -> {
              switch (became) {
                case TAKEN -> reply.succeed(CallReply.success());
                case UNKNOWN -> reply.refuse(CallError.NO_SUCH_CALL);
                case FOREIGN -> reply.refuse(CallError.NOT_AUTHORISED);
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
