package dev.switchboard.push.queue;

import dev.switchboard.push.send.SenderLine;
import dev.switchboard.shared.redis.stream.StreamConsumer;
import dev.switchboard.shared.redis.stream.StreamEntry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes jobs from a lane, several at once. A job leaves the lane when it is settled; while it is in
 * hand its claim is kept; one that fails, or whose node is gone, is claimed again by this node or
 * another after the idle time.
 *
 * <p>Belongs to the event loop of its links.
 */
final class LaneReader {
  private static final int BATCH = 64;
  private static final int KEPT_AT_ONCE = 256;

  /** An attempt, one with less of it, and the back ends before and after. */
  private static final long TURN_NANOS =
      TimeUnit.MILLISECONDS.toNanos(3 * SenderLine.ATTEMPT_MILLIS);

  private static final long FULL_PAUSE_MILLIS = 5;
  private static final long CLAIM_PAUSE_MILLIS = 50;
  private static final Logger log = LoggerFactory.getLogger(LaneReader.class);

  private final Vertx vertx;
  private final Lane lane;
  private final StreamConsumer stream;
  private final BiFunction<StreamEntry, PushJob, Future<Void>> work;
  private final long blockMillis;
  private final long claimIdleMillis;
  private final IntSupplier atATime;
  private final Map<String, Turn> inHand = new HashMap<>();
  private int devicesInHand;
  private boolean closing;
  private @Nullable Promise<Void> emptyHanded;

  private static final class Turn {
    final long begunNanos = System.nanoTime();
    final int devices;

    Turn(int devices) {
      this.devices = devices;
    }

    boolean isTooLong(long nowNanos) {
      return nowNanos - begunNanos > TURN_NANOS;
    }
  }

  LaneReader(
      Vertx vertx,
      Lane lane,
      StreamConsumer stream,
      BiFunction<StreamEntry, PushJob, Future<Void>> work,
      long blockMillis,
      long claimIdleMillis,
      IntSupplier atATime) {
    this.vertx = vertx;
    this.lane = lane;
    this.stream = stream;
    this.work = work;
    this.blockMillis = blockMillis;
    this.claimIdleMillis = claimIdleMillis;
    this.atATime = atATime;
  }

  /** Takes new jobs, waiting for them a while. */
  Future<Void> read() {
    int room = lane.room(devicesInHand, atATime.getAsInt());
    return room <= 0
        ? vertx.timer(FULL_PAUSE_MILLIS, TimeUnit.MILLISECONDS).mapEmpty()
        : stream.read(Math.min(room, BATCH), blockMillis).map(this::begin);
  }

  /** Takes over jobs that somebody has had in hand for too long, all there are. */
  Future<Void> claim() {
    int room = lane.room(devicesInHand, atATime.getAsInt());
    if (closing) {
      return Future.succeededFuture();
    }
    if (room <= 0) {
      return vertx.timer(CLAIM_PAUSE_MILLIS, TimeUnit.MILLISECONDS).compose(later -> claim());
    }
    return stream
        .claim(claimIdleMillis, Math.min(room, BATCH))
        .compose(
            entries -> {
              begin(entries);
              return stream.isRoundOver() ? Future.succeededFuture() : claim();
            });
  }

  /**
   * Keeps the claims on what is in hand, since a service that is slow must not be sent to twice,
   * and lets go of what is in hand for too long.
   */
  Future<Void> keep() {
    long now = System.nanoTime();
    Map.copyOf(inHand)
        .forEach(
            (id, turn) -> {
              if (turn.isTooLong(now)) {
                end(id, turn, new TimeoutException("not done in time"));
              }
            });
    List<String> ids = List.copyOf(inHand.keySet());
    Future<Void> kept = Future.succeededFuture();
    for (int from = 0; from < ids.size(); from += KEPT_AT_ONCE) {
      List<String> some = ids.subList(from, Math.min(ids.size(), from + KEPT_AT_ONCE));
      kept = kept.compose(before -> stream.keep(some));
    }
    return kept;
  }

  /** Takes nothing over any more. */
  void close() {
    closing = true;
  }

  /** Completes when nothing is in hand any more; takes nothing new by itself. */
  Future<Void> finish() {
    if (inHand.isEmpty()) {
      return Future.succeededFuture();
    }
    Promise<Void> promise = Promise.promise();
    emptyHanded = promise;
    return promise.future();
  }

  private @Nullable Void begin(List<StreamEntry> entries) {
    for (StreamEntry entry : entries) {
      if (!inHand.containsKey(entry.id())) {
        Optional<PushJob> job = PushJob.read(entry);
        Turn turn = new Turn(job.map(read -> read.target().devices()).orElse(1));
        inHand.put(entry.id(), turn);
        devicesInHand += turn.devices;
        handle(entry, job).onComplete(handled -> end(entry.id(), turn, handled.cause()));
      }
    }
    return null;
  }

  private Future<Void> handle(StreamEntry entry, Optional<PushJob> read) {
    return read.map(job -> work.apply(entry, job))
        .orElseGet(
            () -> {
              log.error("Push job {} is not usable, dropped", entry.id());
              return stream.done(List.of(entry.id()));
            });
  }

  private void end(String id, Turn turn, @Nullable Throwable failure) {
    if (!inHand.remove(id, turn)) {
      return;
    }
    devicesInHand -= turn.devices;
    if (failure != null) {
      log.warn("Push job {} is tried again: {}", id, String.valueOf(failure.getMessage()));
    }
    if (emptyHanded != null && inHand.isEmpty()) {
      emptyHanded.tryComplete();
    }
  }
}
