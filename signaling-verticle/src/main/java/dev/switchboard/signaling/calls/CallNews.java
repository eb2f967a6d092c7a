package dev.switchboard.signaling.calls;

import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.edge.Receipt;
import dev.switchboard.signaling.sessions.Session;
import dev.switchboard.signaling.socketio.EncodedPacket;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
  private final InstantSource clock;
  private final long keepMillis;
  private final long unnoticedMillis;
  private final Function<Session, Future<Void>> repair;

  /** The last word of a call that is to be kept: requests to Redis are answered in order. */
  private final Map<String, Future<Void>> underWay = new HashMap<>();

  /**
   * @param keepMillis how long what a device has missed waits for it
   * @param unnoticedMillis how long the end of a socket may go unnoticed
   * @param repair takes a session out whose socket turned out not to be there
   */
  CallNews(
      CallStore calls,
      EdgeRouter router,
      InstantSource clock,
      long keepMillis,
      long unnoticedMillis,
      Function<Session, Future<Void>> repair) {
    this.calls = calls;
    this.router = router;
    this.clock = clock;
    this.keepMillis = keepMillis;
    this.unnoticedMillis = unnoticedMillis;
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
    List<Session> there = sessions.of(tell.userId());
    List<Session> left =
        tell.onlyDevice() == null && tell.userId().equals(call.calleeId())
            ? sessions.left().stream().filter(session -> !isAmong(there, session)).toList()
            : List.of();
    Word word = new Word(call, tell, frame, peers, there, left);
    there.stream()
        .filter(session -> isMeant(tell, session))
        .forEach(session -> send(word, session, MAX_MOVES));
    left.stream()
        .filter(session -> isMeant(tell, session))
        .forEach(session -> keep(word, session, MAX_MOVES));
  }

  private static boolean isMeant(Effect.Tell tell, Session session) {
    return tell.onlyDevice() == null
        ? !session.deviceId().equals(tell.exceptDevice())
        : session.deviceId().equals(tell.onlyDevice());
  }

  private static boolean isAmong(List<Session> there, Session session) {
    return there.stream().anyMatch(one -> one.deviceId().equals(session.deviceId()));
  }

  /**
   * An event on its way to devices.
   *
   * @param peers where signaling of who is told goes
   * @param there the sessions of the user as of then
   * @param left those that the user's devices had which are not there
   */
  private record Word(
      Call call,
      Effect.Tell tell,
      String frame,
      List<Session> peers,
      List<Session> there,
      List<Session> left) {
    /** Presence of the other is soon stale; the rest a device must not miss. */
    boolean waits() {
      return !tell.event().startsWith("peer_");
    }

    /** True if all devices are told and a client that named none is, under a newer id. */
    boolean goesToNewer(Session gone) {
      return tell.onlyDevice() == null
          && gone.isNameless()
          && Stream.concat(there.stream(), left.stream())
              .anyMatch(one -> one.isNameless() && one.registeredAt() > gone.registeredAt());
    }
  }

  private void send(Word word, Session session, int moves) {
    JsonObject note = CallLink.note(word.call(), session.deviceId(), word.peers());
    router
        .send(session.edge(), EdgeMessage.write(session.socketId(), word.frame(), note))
        .onSuccess(receipt -> told(word, session, receipt, moves));
  }

  /** What a device must hear waits for it when its socket is found to be gone. */
  private void told(Word word, Session session, Receipt receipt, int moves) {
    if (receipt == Receipt.DELIVERED) {
      return;
    }
    keep(word, session, moves);
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

  /** Lets a word wait for a device, or go after it if it has come back before that was known. */
  private void keep(Word word, Session session, int moves) {
    if (!word.waits() || word.goesToNewer(session)) {
      return;
    }
    Future<Void> kept =
        calls
            .keep(session, word.frame(), keepMillis, backSince(word))
            .<Void>map(
                moved -> {
                  if (moved != null && moves > 0) {
                    send(word, moved, moves - 1);
                  }
                  return null;
                })
            .onFailure(
                failure ->
                    log.atWarn()
                        .addKeyValue(LogKeys.CALL, word.call().callId())
                        .setCause(failure)
                        .log("could not keep {}", word.tell().event()))
            .otherwiseEmpty();
    underWay.put(word.call().callId(), kept);
    kept.onComplete(done -> underWay.remove(word.call().callId(), kept));
  }

  /** Completes when no word of a call is on its way to where a device is now, or to be kept. */
  Future<Void> settled(String callId) {
    return underWay.getOrDefault(callId, Future.succeededFuture());
  }

  private @Nullable Long backSince(Word word) {
    return word.tell().onlyDevice() == null
        ? null
        : Long.valueOf(Math.max(word.call().createdAt(), clock.millis() - unnoticedMillis));
  }

  /** Tells the edge of a client that named no device that the call is its own. */
  void mayResume(@Nullable Session session) {
    if (session != null) {
      router.send(
          session.edge(),
          new EdgeMessage(session.socketId(), EdgeMessage.Kind.WRITE, null, Resumption.note()));
    }
  }
}
