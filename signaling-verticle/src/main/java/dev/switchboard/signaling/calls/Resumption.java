package dev.switchboard.signaling.calls;

import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.sessions.Registration;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.sessions.SessionStore;
import dev.switchboard.signaling.socketio.EncodedPacket;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What follows once a device is registered: its call, if it has one, and what it has missed. */
final class Resumption {
  private static final String RESUME = "resume";
  private static final Logger log = LoggerFactory.getLogger(Resumption.class);

  private final CallEdge edge;

  Resumption(CallEdge edge) {
    this.edge = edge;
  }

  /** Welcomes the device and gives it its call back; completes when it may go on. */
  Future<Void> registered(
      CallSocket from,
      Registration registration,
      SessionStore.Registered found,
      IceClient.Servers servers,
      Answer answer) {
    Session session = registration.session();
    Session displaced = found.displaced();
    if (displaced != null && !displaced.socketId().equals(session.socketId())) {
      edge.router()
          .send(
              displaced.edge(),
              new EdgeMessage(
                  displaced.socketId(),
                  EdgeMessage.Kind.DISPLACE,
                  EncodedPacket.event(
                          "displaced", new JsonObject().put("deviceId", session.deviceId()))
                      .text(),
                  null));
    }
    if (!from.socket().isConnected()) {
      return edge.calls().gone(Departures.orphan(session), false);
    }
    Call call = CallFields.read(found.call());
    Future<Call> resumed = resume(from, session, call, found.takesOver());
    return resumed
        .map(
            back -> {
              welcome(from, session, back != null, servers.list(), answer);
              if (back != null) {
                tellResumed(from, session, back);
              }
              // Before what rings now: it may be of a call that is over.
              send(from, found.missed());
              if (back == null
                  && call != null
                  && call.state() == CallState.RINGING
                  && session.userId().equals(call.calleeId())) {
                offerAgain(from, call);
              }
              found.waiting().stream()
                  .map(CallFields::read)
                  .filter(Objects::nonNull)
                  .forEach(waiting -> offerAgain(from, waiting));
              send(from, found.frames());
              from.client().release();
              return back;
            })
        .mapEmpty();
  }

  /** Asks the edge of a client that named no device to {@link #resume} its call. */
  static JsonObject note() {
    return new JsonObject().put(RESUME, true);
  }

  /** True for {@link #note}. */
  static boolean isAsked(JsonObject note) {
    return note.containsKey(RESUME);
  }

  /**
   * Gives a client that named no device its call, whose former device was found to be gone since
   * this one registered; completes when it may go on.
   */
  Future<Void> resume(CallSocket from) {
    Session session = from.session();
    if (session == null || !from.socket().isConnected()) {
      return Future.succeededFuture();
    }
    from.client().hold();
    return edge.sessions()
        .resume(session)
        .compose(
            found ->
                resume(from, session, CallFields.read(found.call()), found.takesOver())
                    .onSuccess(
                        back -> {
                          if (back != null) {
                            tellResumed(from, session, back);
                          }
                          send(from, found.missed());
                        }))
        .onFailure(
            failure ->
                log.atWarn()
                    .addKeyValue(LogKeys.SESSION, session.socketId())
                    .setCause(failure)
                    .log("a call could not be resumed"))
        .<Void>mapEmpty()
        .onComplete(done -> from.client().release());
  }

  private static void send(CallSocket to, List<String> frames) {
    frames.forEach(frame -> to.socket().send(EncodedPacket.ofText(frame)));
  }

  private static void welcome(
      CallSocket from, Session session, boolean resumed, JsonArray iceServers, Answer answer) {
    log.atDebug().addKeyValue(LogKeys.SESSION, session.socketId()).log("a device is registered");
    RegistrationEvents.tell(
        from,
        answer,
        Answer.success()
            .put("sessionId", session.socketId())
            .put("userId", session.userId())
            .put("deviceId", session.deviceId())
            .put("resumed", resumed)
            .put("iceServers", iceServers));
  }

  /** The call that this device takes part in again; null if there is none. */
  private Future<@Nullable Call> resume(
      CallSocket from, Session session, @Nullable Call call, @Nullable String takesOver) {
    if (call == null || takesOver == null) {
      return Future.succeededFuture(null);
    }
    CallCommand back = new CallCommand.DeviceBack(session.userId(), session.deviceId(), takesOver);
    return edge.calls()
        .transition(call.callId(), call, back)
        .compose(
            outcome ->
                from.socket().isConnected()
                    ? Future.succeededFuture(outcome)
                    : edge.calls().gone(Departures.orphan(session), false).map(outcome))
        .map(
            outcome -> {
              if (outcome instanceof Outcome.Done(Call now, List<Session> peers)
                  && now.state().isLive()
                  && now.hasDevice(session.userId(), session.deviceId())) {
                from.link(new CallLink(now, peers));
                from.iceRenewAt(edge.clock().millis());
                return now;
              }
              return null;
            });
  }

  private static void tellResumed(CallSocket from, Session session, Call call) {
    String peer = call.peerOf(session.userId());
    from.socket()
        .emit(
            "call_resumed",
            new JsonObject()
                .put("callId", call.callId())
                .put("state", call.state().wireName())
                .put("peerId", peer));
    if (call.isAway(peer)) {
      from.socket()
          .emit(
              "peer_reconnecting",
              new JsonObject().put("callId", call.callId()).put("userId", peer));
    }
  }

  private static void offerAgain(CallSocket from, Call call) {
    if (from.link() == null) {
      from.link(new CallLink(call, List.of()));
    }
    from.socket().send(Initiation.incomingCall(call));
  }
}
