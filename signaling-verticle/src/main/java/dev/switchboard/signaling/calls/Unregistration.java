package dev.switchboard.signaling.calls;

import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.EdgeSockets;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.sessions.SessionStore;
import dev.switchboard.signaling.sessions.SessionStore.Orphan;
import dev.switchboard.signaling.sessions.SessionsInDoubt.InDoubt;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a user leaves a socket that lives on. One that has left is not registered any more even if no
 * store is available: then Redis gets it later, and before anybody registers anew.
 */
final class Unregistration {
  private static final Logger log = LoggerFactory.getLogger(Unregistration.class);

  private final SessionStore sessions;
  private final CallDevices devices;
  private final EdgeSockets reachable;

  Unregistration(EdgeContext context, SessionStore sessions, CallDevices devices) {
    this.sessions = sessions;
    this.devices = devices;
    this.reachable = context.sockets();
  }

  /** The event {@code unregister}. Saying it again changes nothing. */
  Future<Void> unregister(CallSocket from, Event event, CallReply reply) {
    boolean waited = from.retry().isPending();
    from.retry().cancel();
    return from.registrations().call(() -> logOut(from, waited, reply));
  }

  private Future<Void> logOut(CallSocket from, boolean waited, CallReply reply) {
    // One that was under way when this came may have failed and wait by now.
    boolean waits = waited || from.retry().isPending();
    from.retry().cancel();
    Session session = from.session();
    if (session == null && from.inDoubt().isEmpty()) {
      if (from.hasLeft()) {
        reply.succeed(CallReply.success());
      } else {
        reply.refuse(waits ? CallError.STORE_AWAY : CallError.NOT_AUTHORISED);
      }
      return Future.succeededFuture();
    }
    Future<Void> left = session == null ? settle(from) : leave(from, session);
    return left.onSuccess(done -> reply.succeed(CallReply.success()))
        .onFailure(failure -> goOn(from, failure));
  }

  /** What met no store is made good when it is back, since it may have been taken. */
  private void goOn(CallSocket from, Throwable failure) {
    if (failure instanceof StoreUnavailableException && from.socket().isConnected()) {
      from.retry().start(() -> again(from));
    }
  }

  private Future<Void> again(CallSocket from) {
    if (!sessions.isUp()) {
      return Future.failedFuture(new StoreUnavailableException("Redis", null));
    }
    return settle(from)
        .onFailure(
            failure -> {
              if (!(failure instanceof StoreUnavailableException)) {
                log.atError()
                    .addKeyValue(LogKeys.SESSION, from.socket().id())
                    .setCause(failure)
                    .log("a log-out failed");
              }
            });
  }

  private Future<Void> settle(CallSocket from) {
    return takeOut(from, from.inDoubt().atLogout()).onSuccess(gone -> from.left());
  }

  /** The user of this socket logs out: the device's call ends, its tokens go. */
  Future<Void> leave(CallSocket from, Session session) {
    return devices
        .gone(Orphan.of(session), true)
        .onSuccess(gone -> left(from, session))
        .onFailure(
            failure -> {
              if (failure instanceof StoreUnavailableException) {
                from.inDoubt().leaving(Orphan.of(session));
                left(from, session);
              }
            });
  }

  private void left(CallSocket from, Session session) {
    from.link().leave();
    from.left();
    reachable.remove(session.socketId());
  }

  /** Before a session enters: takes out what else Redis may hold of this socket. */
  Future<Void> clear(CallSocket from, Session next) {
    return takeOut(from, from.inDoubt().before(Orphan.of(next)));
  }

  private Future<Void> takeOut(CallSocket from, List<InDoubt> gone) {
    Future<Void> done = Future.succeededFuture();
    for (InDoubt session : gone) {
      done = done.compose(earlier -> takeOut(from, session));
    }
    return done;
  }

  private Future<Void> takeOut(CallSocket from, InDoubt session) {
    return devices
        .gone(session.session(), session.logout())
        .onSuccess(gone -> from.inDoubt().settle(session.session()));
  }
}
