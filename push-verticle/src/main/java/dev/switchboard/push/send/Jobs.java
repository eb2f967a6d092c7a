package dev.switchboard.push.send;

import dev.switchboard.push.stream.StreamEntry;
import dev.switchboard.push.stream.StreamGroup;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes jobs from the queue, several at once. A job leaves the queue when it has been delivered or
 * dropped; one that fails stays and is claimed again, by this node or another, after the idle time.
 *
 * <p>Belongs to the event loop of its links.
 */
public final class Jobs {
  private static final int BATCH = 64;
  private static final int MOST_IN_HAND = 512;
  private static final long FULL_PAUSE_MILLIS = 20;
  private static final Logger log = LoggerFactory.getLogger(Jobs.class);

  private final Vertx vertx;
  private final StreamGroup stream;
  private final Delivery delivery;
  private final long blockMillis;
  private final long claimIdleMillis;
  private final Set<String> inHand = new HashSet<>();
  private @Nullable Promise<Void> emptyHanded;

  public Jobs(
      Vertx vertx, StreamGroup stream, Delivery delivery, long blockMillis, long claimIdleMillis) {
    this.vertx = vertx;
    this.stream = stream;
    this.delivery = delivery;
    this.blockMillis = blockMillis;
    this.claimIdleMillis = claimIdleMillis;
  }

  /** Takes new jobs, waiting for them a while. */
  public Future<Void> read() {
    int room = MOST_IN_HAND - inHand.size();
    return room <= 0
        ? vertx.timer(FULL_PAUSE_MILLIS, TimeUnit.MILLISECONDS).mapEmpty()
        : stream.read(Math.min(room, BATCH), blockMillis).map(this::begin);
  }

  /** Takes over jobs that somebody has had in hand for too long. */
  public Future<Void> claim() {
    int room = MOST_IN_HAND - inHand.size();
    return room <= 0
        ? Future.succeededFuture()
        : stream.claim(claimIdleMillis, Math.min(room, BATCH)).map(this::begin);
  }

  /** Completes when nothing is in hand any more; takes nothing new by itself. */
  public Future<Void> finish() {
    if (inHand.isEmpty()) {
      return Future.succeededFuture();
    }
    Promise<Void> promise = Promise.promise();
    emptyHanded = promise;
    return promise.future();
  }

  private @Nullable Void begin(List<StreamEntry> entries) {
    for (StreamEntry entry : entries) {
      if (inHand.add(entry.id())) {
        handle(entry).onComplete(handled -> end(entry, handled.cause()));
      }
    }
    return null;
  }

  private Future<Void> handle(StreamEntry entry) {
    return PushJob.read(entry)
        .map(delivery::deliver)
        .orElseGet(
            () -> {
              log.error("Push job {} is not usable, dropped", entry.id());
              return Future.succeededFuture();
            })
        .timeout(claimIdleMillis * 3 / 4, TimeUnit.MILLISECONDS)
        .compose(delivered -> stream.done(List.of(entry.id())));
  }

  private void end(StreamEntry entry, @Nullable Throwable failure) {
    inHand.remove(entry.id());
    if (failure != null) {
      log.warn("Push job {} is tried again: {}", entry.id(), String.valueOf(failure.getMessage()));
    }
    if (emptyHanded != null && inHand.isEmpty()) {
      emptyHanded.tryComplete();
    }
  }
}
