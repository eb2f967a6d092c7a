package dev.switchboard.ice.traffic;

import dev.switchboard.shared.metrics.MetricNames;
import dev.switchboard.shared.redis.RedisSubscription;
import dev.switchboard.shared.schedule.PeriodicTask;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears from coturn what allocations carried and has it added to the records of their calls. Every
 * node hears every total and the store takes it once, so no total is lost with a node. While
 * Postgres is away totals wait, to a bound. Belongs to the context that started it.
 */
public final class RelayTraffic {
  private static final Logger log = LoggerFactory.getLogger(RelayTraffic.class);
  private static final long LOOK_MILLIS = 250;
  private static final int BATCH = 500;
  private static final int MOST_WAITING = 50_000;

  /** No call lasts longer; the sum of one that does stays as it is. */
  private static final Duration KEPT = Duration.ofDays(7);

  private static final Duration BETWEEN_SWEEPS = Duration.ofHours(1);

  private final Vertx vertx;
  private final RedisOptions redis;
  private final TotalStore store;
  private final InstantSource clock;
  private final Counter relayed;
  private final Deque<AllocationTotal> waiting = new ArrayDeque<>();
  private @Nullable RedisSubscription subscription;
  private @Nullable PeriodicTask writing;
  private @Nullable PeriodicTask sweeping;
  private boolean saidFull;

  public RelayTraffic(
      Vertx vertx, RedisOptions redis, Pool postgres, MeterRegistry meters, InstantSource clock) {
    this.vertx = vertx;
    this.redis = redis;
    this.store = new TotalStore(postgres);
    this.clock = clock;
    this.relayed =
        Counter.builder(MetricNames.RELAY_BYTES)
            .description("Bytes between clients and relays, both ways, of allocations that ended")
            .register(meters);
  }

  /** Hears from now on. */
  public void start() {
    subscription =
        RedisSubscription.start(
            vertx, redis, "The Redis of TURN_STATS_REDIS_URL", AllocationTotal.PATTERN, this::hear);
    writing = PeriodicTask.start(vertx, "Adding up relayed bytes", LOOK_MILLIS, this::write);
    sweeping =
        PeriodicTask.startAfterPause(
            vertx,
            "Forgetting relayed bytes of old calls",
            BETWEEN_SWEEPS.toMillis(),
            () -> store.forget(clock.millis() - KEPT.toMillis()));
  }

  private void hear(String channel, String message) {
    AllocationTotal.read(channel, message)
        .ifPresent(
            total -> {
              if (waiting.size() >= MOST_WAITING) {
                waiting.removeFirst();
                sayFull();
              }
              waiting.addLast(total);
            });
  }

  private void sayFull() {
    if (!saidFull) {
      saidFull = true;
      log.warn("over {} totals of relays wait for Postgres: the oldest are dropped", MOST_WAITING);
    }
  }

  private Future<Void> write() {
    List<AllocationTotal> batch = new ArrayList<>();
    for (AllocationTotal total : waiting) {
      if (batch.size() == BATCH) {
        break;
      }
      batch.add(total);
    }
    if (batch.isEmpty()) {
      return Future.succeededFuture();
    }
    return store
        .add(batch, clock.millis())
        .map(
            fresh -> {
              relayed.increment(fresh);
              // What was dropped meanwhile, to the bound, is no longer at the front.
              batch.forEach(waiting::removeFirstOccurrence);
              saidFull = false;
              return null;
            });
  }

  /** Hears no more; what waits is left to the other nodes, which have heard it too. */
  public Future<Void> stop() {
    List<Future<?>> stopped = new ArrayList<>();
    if (subscription != null) {
      stopped.add(subscription.stop());
    }
    if (writing != null) {
      stopped.add(writing.stop());
    }
    if (sweeping != null) {
      stopped.add(sweeping.stop());
    }
    return Future.join(stopped).mapEmpty();
  }
}
