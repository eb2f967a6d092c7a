package dev.switchboard.signaling.calls;

import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.signaling.calls.Doubts.Doubt;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.sessions.SessionStore.Orphan;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a user leaves a socket that lives on. One that has left is not registered any more even if no
 * store could be told: then Redis is told later, and before anybody registers anew.
 */
final class Departures {
  private static final Logger log = LoggerFactory.getLogger(Departures.class);

  private final CallEdge edge;

  Departures(CallEdge edge) {
    this.edge = edge;
  }

  /** The event {@code unregister}. Saying it again changes nothing. */
  Future<Void> unregister(CallSocket from, Event event, Answer answer) {
    boolean waited = from.retry().isPending();
    from.retry().cancel();
    return from.inOrderOfRegistrations(() -> logOut(from, waited, answer));
  }

  private Future<Void> logOut(CallSocket from, boolean waited, Answer answer) {
    // One that was under way when this came may have failed and wait by now.
    boolean waits = waited || from.retry().isPending();
    from.retry().cancel();
    Session session = from.session();
    if (session == null && from.doubts().isEmpty()) {
      if (from.hasLeft()) {
        answer.succeed(Answer.success());
      } else {
        answer.refuse(waits ? CallError.STORE_AWAY : CallError.NOT_AUTHORISED);
      }
      return Future.succeededFuture();
    }
    Future<Void> left = session == null ? settle(from) : leave(from, session);
    return left.onSuccess(done -> answer.succeed(Answer.success()))
        .onFailure(failure -> goOn(from, failure));
  }

  /** What met no store is made good when it is back, since it may have been taken. */
  private void goOn(CallSocket from, Throwable failure) {
    if (failure instanceof StoreUnavailableException && from.socket().isConnected()) {
      from.retry().start(() -> again(from));
    }
  }

  private Future<Void> again(CallSocket from) {
    if (!edge.sessions().isUp()) {
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
    return takeOut(from, from.doubts().atLogout()).onSuccess(gone -> from.left());
  }

  /** The user of this socket logs out: the device's call ends, its tokens go. */
  Future<Void> leave(CallSocket from, Session session) {
    return edge.calls()
        .gone(orphan(session), true)
        .onSuccess(gone -> left(from, session))
        .onFailure(
            failure -> {
              if (failure instanceof StoreUnavailableException) {
                from.doubts().leaving(orphan(session));
                left(from, session);
              }
            });
  }

  private void left(CallSocket from, Session session) {
    from.link(null);
    from.left();
    edge.sockets().remove(session.socketId());
  }

  /** Before a session enters: takes out what else Redis may hold of this socket. */
  Future<Void> clear(CallSocket from, Session next) {
    return takeOut(from, from.doubts().before(orphan(next)));
  }

  private Future<Void> takeOut(CallSocket from, List<Doubt> doubts) {
    Future<Void> done = Future.succeededFuture();
    for (Doubt doubt : doubts) {
      done = done.compose(earlier -> takeOut(from, doubt));
    }
    return done;
  }

  private Future<Void> takeOut(CallSocket from, Doubt doubt) {
    return edge.calls()
        .gone(doubt.session(), doubt.logout())
        .onSuccess(gone -> from.doubts().settle(doubt.session()));
  }

  /** A session as the drop script takes it. */
  static Orphan orphan(Session session) {
    return new Orphan(
        session.edge().toString(), session.socketId(), session.deviceId(), session.userId());
  }
}
