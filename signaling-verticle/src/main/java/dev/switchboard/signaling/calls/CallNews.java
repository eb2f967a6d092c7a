package dev.switchboard.signaling.calls;

import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.edge.Receipt;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.socketio.EncodedPacket;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells devices what has become of their call, and their sockets along with it. One per edge, on
 * its loop.
 */
final class CallNews {
  private static final Logger log = LoggerFactory.getLogger(CallNews.class);

  /** How often a device is followed that changes its socket faster than it can be told. */
  private static final int MAX_MOVES = 4;

  private final CallStore calls;
  private final EdgeRouter router;
  private final long keepMillis;
  private final Function<Session, Future<Void>> repair;

  /**
   * @param keepMillis how long what a device has missed waits for it
   * @param repair takes a session out whose socket turned out not to be there
   */
  CallNews(
      CallStore calls, EdgeRouter router, long keepMillis, Function<Session, Future<Void>> repair) {
    this.calls = calls;
    this.router = router;
    this.keepMillis = keepMillis;
    this.repair = repair;
  }

  /** Runs the effects of a step that are events. Nobody waits for them. */
  void tell(Call call, List<Effect> effects, CallStore.Sessions sessions) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Tell tell) {
        tell(call, tell, sessions);
      }
    }
  }

  private void tell(Call call, Effect.Tell tell, CallStore.Sessions sessions) {
    String frame = EncodedPacket.event(tell.event(), tell.payload()).text();
    String peer = call.peerOf(tell.userId());
    List<Session> peers =
        call.state().isLive() && !call.isAway(peer)
            ? CallLink.peersFor(call, tell.userId(), sessions)
            : List.of();
    for (Session session : sessions.of(tell.userId())) {
      boolean meant =
          tell.onlyDevice() == null
              ? !session.deviceId().equals(tell.exceptDevice())
              : session.deviceId().equals(tell.onlyDevice());
      if (meant) {
        JsonObject note = CallLink.note(call, session.deviceId(), peers);
        send(new Word(call, tell, frame, note), session, MAX_MOVES);
      }
    }
  }

  /** An event on its way to a device. */
  private record Word(Call call, Effect.Tell tell, String frame, JsonObject note) {}

  private void send(Word word, Session session, int moves) {
    router
        .send(session.edge(), EdgeMessage.write(session.socketId(), word.frame(), word.note()))
        .onSuccess(receipt -> told(word, session, receipt, moves));
  }

  /**
   * What a device in the call must hear waits for it when its socket is found to be gone, or goes
   * after it if it has come back elsewhere before that was known.
   */
  private void told(Word word, Session session, Receipt receipt, int moves) {
    if (receipt == Receipt.DELIVERED) {
      return;
    }
    Call call = word.call();
    Effect.Tell tell = word.tell();
    if (tell.onlyDevice() != null && !tell.event().startsWith("peer_")) {
      calls
          .keep(session, word.frame(), keepMillis)
          .onSuccess(
              moved -> {
                if (moved != null && moves > 0) {
                  send(word, moved, moves - 1);
                }
              })
          .onFailure(
              failure ->
                  log.atWarn()
                      .addKeyValue(LogKeys.CALL, call.callId())
                      .setCause(failure)
                      .log("could not keep {}", tell.event()));
    }
    if (receipt == Receipt.NO_SESSION) {
      repair
          .apply(session)
          .onFailure(
              failure ->
                  log.atWarn()
                      .addKeyValue(LogKeys.SESSION, session.socketId())
                      .setCause(failure)
                      .log("could not repair a session"));
    }
  }
}
