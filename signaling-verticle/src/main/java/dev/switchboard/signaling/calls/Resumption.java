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
              } else if (call != null
                  && call.state() == CallState.RINGING
                  && session.userId().equals(call.calleeId())) {
                offerAgain(from, call);
              }
              found.waiting().stream()
                  .map(CallFields::read)
                  .filter(Objects::nonNull)
                  .forEach(waiting -> offerAgain(from, waiting));
              found.frames().forEach(frame -> from.socket().send(EncodedPacket.ofText(frame)));
              from.client().release();
              return back;
            })
        .mapEmpty();
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
