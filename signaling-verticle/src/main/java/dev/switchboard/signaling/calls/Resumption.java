package dev.switchboard.signaling.calls;

import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.signaling.calls.Decision.Effect.Notice;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.edge.Receipt;
import dev.switchboard.signaling.ice.IceClient;
import dev.switchboard.signaling.sessions.Registration;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.sessions.SessionStore;
import dev.switchboard.signaling.sessions.SessionStore.Orphan;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
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
    Future<@Nullable Void> handedOver =
        displaced == null || displaced.isSameSocket(session)
            ? Future.succeededFuture()
            : displace(displaced, from, session);
    if (!from.socket().isConnected()) {
      return calls.devices().gone(Orphan.of(session), false);
    }
    return resume(from, session, found)
        .map(
            resumed -> {
              Call back = resumed.call();
              welcome(from, session, back != null, servers, reply);
              if (back != null) {
                announce(from, session, back);
              }
              // Before what rings now: it may be of a call that is over.
              from.sendKept(resumed.missed());
              offer(from, session, found, back);
              handedOver.onSuccess(done -> from.release());
              return resumed;
            })
        .mapEmpty();
  }

  /** What it may take, or that rings at it. */
  private void offer(
      CallSocket from, Session session, SessionStore.Registered found, @Nullable Call resumed) {
    Call call = CallFields.read(found.call());
    if (call != null && call.isUntaken() && session.userId().equals(call.callerId())) {
      offerToTake(from, call);
    }
    if (resumed == null
        && call != null
        && call.state() == CallState.RINGING
        && session.userId().equals(call.calleeId())) {
      offerAgain(from, call);
    }
    found.waiting().stream()
        .map(CallFields::read)
        .filter(Objects::nonNull)
        .forEach(waiting -> offerAgain(from, waiting));
    found.frames().forEach(from::send);
  }

  /** Closes the former socket of a device; completes when it has left what its client lacks. */
  private Future<@Nullable Void> displace(Session former, CallSocket from, Session session) {
    Future<@Nullable Void> handedOver = from.downlink().awaitHandOver();
    // Not by deliveries: a socket that is gone needs no repair, it is replaced already.
    router
        .send(
            former.edge(),
            new EdgeMessage(
                former.socketId(),
                CallFrames.displaced(session.deviceId()),
                new CallNote.Displaced(session)))
        .onSuccess(
            receipt -> {
              if (receipt != Receipt.DELIVERED) {
                from.downlink().handedOver(List.of());
              }
            });
    return handedOver;
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
    from.downlink().hold();
    return sessions
        .resume(session)
        .compose(
            found ->
                resume(from, session, found)
                    .onSuccess(
                        resumed -> {
                          if (resumed.call() != null) {
                            announce(from, session, resumed.call());
                          }
                          from.sendKept(resumed.missed());
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

  private static void welcome(
      CallSocket from,
      Session session,
      boolean resumed,
      IceClient.Servers servers,
      CallReply reply) {
    log.atDebug().addKeyValue(LogKeys.SESSION, session.socketId()).log("a device is registered");
    RegistrationEvents.registered(from, reply, CallFrames.registered(session, resumed, servers));
  }

  /**
   * What a device comes back to.
   *
   * @param call the call that it takes part in again; null if there is none
   * @param missed what was kept for it, in order
   */
  private record Resumed(@Nullable Call call, List<String> missed) {}

  private Future<Resumed> resume(CallSocket from, Session session, SessionStore.Registered found) {
    Call call = CallFields.read(found.call());
    String takesOver = found.takesOver();
    if (call == null || takesOver == null) {
      return Future.succeededFuture(new Resumed(null, found.missed()));
    }
    CallCommand back = new CallCommand.DeviceBack(session.userId(), session.deviceId(), takesOver);
    return calls
        .transition(call.callId(), call, back)
        .compose(
            outcome ->
                from.socket().isConnected()
                    ? Future.succeededFuture(outcome)
                    : calls.devices().gone(Orphan.of(session), false).map(outcome))
        .compose(outcome -> came(from, session, found, takesOver, outcome));
  }

  /**
   * What was sent to the device before, after its frames had been taken and until this one had its
   * place, was kept for it still; so was the end of the call.
   */
  private Future<Resumed> came(
      CallSocket from,
      Session session,
      SessionStore.Registered found,
      String before,
      Outcome outcome) {
    Call back = null;
    if (outcome instanceof Outcome.Done(Call now, List<Session> peers) && now.state().isLive()) {
      if (!now.hasDevice(session.userId(), session.deviceId())) {
        return Future.succeededFuture(new Resumed(null, found.missed())); // others are for another
      }
      from.link().set(now, peers);
      from.link().iceRenewAt(clock.millis());
      back = now;
    }
    if (before.equals(session.deviceId())) {
      return Future.succeededFuture(new Resumed(back, found.missed()));
    }
    Call mine = back;
    return calls
        .takeKept(session.userId(), before)
        .map(
            meanwhile -> {
              List<String> missed = new ArrayList<>(found.missed());
              missed.addAll(meanwhile);
              return new Resumed(mine, missed);
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

  private void offerAgain(CallSocket from, Call call) {
    if (from.link().call() == null) {
      from.link().set(call, List.of());
    }
    from.send(CallFrames.incomingCall(call));
    calls.offered(call);
  }
}
