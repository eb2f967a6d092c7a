package dev.switchboard.signaling.calls;

import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.signaling.calls.Decision.Effect.Notice;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.ice.IceClient;
import dev.switchboard.signaling.sessions.Registration;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.sessions.SessionStore;
import dev.switchboard.signaling.sessions.SessionStore.Orphan;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What follows once a device is registered: its call, if it has one, and what it has missed. */
final class Resumption {
  private static final Logger log = LoggerFactory.getLogger(Resumption.class);

  private final SessionStore sessions;
  private final CallService calls;
  private final EdgeRouter router;
  private final InstantSource clock;

  Resumption(EdgeContext context, SessionStore sessions, CallService calls) {
    this.sessions = sessions;
    this.calls = calls;
    this.router = context.router();
    this.clock = context.clock();
  }

  /** Welcomes the device and gives it its call back; completes when it may go on. */
  Future<Void> registered(
      CallSocket from,
      Registration registration,
      SessionStore.Registered found,
      IceClient.Servers servers,
      CallReply reply) {
    Session session = registration.session();
    Session displaced = found.displaced();
    if (displaced != null && !displaced.socketId().equals(session.socketId())) {
      // Not by deliveries: a socket that is gone needs no repair, it is replaced already.
      router.send(
          displaced.edge(),
          new EdgeMessage(
              displaced.socketId(),
              CallFrames.displaced(session.deviceId()),
              new CallNote.Displaced()));
    }
    if (!from.socket().isConnected()) {
      return calls.devices().gone(Orphan.of(session), false);
    }
    Call call = CallFields.read(found.call());
    Future<Call> resumed = resume(from, session, call, found.takesOver());
    return resumed
        .map(
            back -> {
              welcome(from, session, back != null, servers, reply);
              if (back != null) {
                announce(from, session, back);
              }
              // Before what rings now: it may be of a call that is over.
              send(from, found.missed());
              if (call != null && call.isUntaken() && session.userId().equals(call.callerId())) {
                offerToTake(from, call);
              }
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
              from.release();
              return back;
            })
        .mapEmpty();
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
    from.hold();
    return sessions
        .resume(session)
        .compose(
            found ->
                resume(from, session, CallFields.read(found.call()), found.takesOver())
                    .onSuccess(
                        back -> {
                          if (back != null) {
                            announce(from, session, back);
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
        .onComplete(done -> from.release());
  }

  private static void send(CallSocket to, List<String> frames) {
    frames.forEach(to::send);
  }

  private static void welcome(
      CallSocket from,
      Session session,
      boolean resumed,
      IceClient.Servers servers,
      CallReply reply) {
    log.atDebug().addKeyValue(LogKeys.SESSION, session.socketId()).log("a device is registered");
    RegistrationEvents.registered(from, reply, CallFrames.registered(session, resumed, servers));
  }

  /** The call that this device takes part in again; null if there is none. */
  private Future<@Nullable Call> resume(
      CallSocket from, Session session, @Nullable Call call, @Nullable String takesOver) {
    if (call == null || takesOver == null) {
      return Future.succeededFuture(null);
    }
    CallCommand back = new CallCommand.DeviceBack(session.userId(), session.deviceId(), takesOver);
    return calls
        .transition(call.callId(), call, back)
        .compose(
            outcome ->
                from.socket().isConnected()
                    ? Future.succeededFuture(outcome)
                    : calls.devices().gone(Orphan.of(session), false).map(outcome))
        .map(
            outcome -> {
              if (outcome instanceof Outcome.Done(Call now, List<Session> peers)
                  && now.state().isLive()
                  && now.hasDevice(session.userId(), session.deviceId())) {
                from.link().set(now, peers);
                from.link().iceRenewAt(clock.millis());
                return now;
              }
              return null;
            });
  }

  private static void announce(CallSocket from, Session session, Call call) {
    String peer = call.peerOf(session.userId());
    from.send(CallFrames.resumed(call, session.userId()));
    if (call.isAway(peer)) {
      from.send(CallFrames.notice(call, new Notice.Reconnecting(peer)));
    }
  }

  private static void offerToTake(CallSocket from, Call call) {
    if (from.link().call() == null) {
      from.link().set(call, List.of());
    }
    from.send(CallFrames.outgoingCall(call));
  }

  private static void offerAgain(CallSocket from, Call call) {
    if (from.link().call() == null) {
      from.link().set(call, List.of());
    }
    from.send(CallFrames.incomingCall(call));
  }
}
