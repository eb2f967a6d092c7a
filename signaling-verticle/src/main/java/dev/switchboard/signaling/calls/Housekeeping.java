package dev.switchboard.signaling.calls;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.signaling.edge.EdgeLease;
import dev.switchboard.signaling.edge.Leftovers;
import dev.switchboard.signaling.sessions.SessionStore.Orphan;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an edge does by the clock: renew its lease, claim deadlines that are due, see to what dead
 * edges left behind. Belongs to the loop of its edge. Everything is claimed in Redis, so that any
 * number of edges may do it and each thing is done once.
 */
final class Housekeeping {
  private static final long LOOK_MILLIS = 200;
  private static final long SECOND_MILLIS = 1_000;
  private static final long RENEW_ENTRIES_MILLIS = Duration.ofHours(6).toMillis();
  private static final Duration CLAIM = Duration.ofSeconds(5);
  private static final int AT_MOST = 64;
  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

  private final Vertx vertx;
  private final EdgeId edge;
  private final RedisLink redis;
  private final CallStore calls;
  private final EdgeLease lease;
  private final CallService service;
  private final CallSockets sockets;
  private final InstantSource clock;
  private final List<Long> timers = new ArrayList<>();
  private boolean looking;

  Housekeeping(
      CallEdge edge,
      RedisLink redis,
      EdgeLease lease,
      CallStore calls,
      CallService service,
      CallSockets sockets) {
    this.vertx = edge.vertx();
    this.edge = edge.sockets().edge();
    this.redis = redis;
    this.calls = calls;
    this.lease = lease;
    lease.add(
        new Leftovers() {
          @Override
          public String kind() {
            return "sessions";
          }

          @Override
          public Future<Void> settle(String dead, String entry) {
            return service.gone(Orphan.parse(dead, entry), false);
          }
        });
    this.service = service;
    this.sockets = sockets;
    this.clock = edge.clock();
  }

  /** Starts the timers; completes when the first lease is held, or could not be. */
  Future<Void> start() {
    timers.add(vertx.setPeriodic(SECOND_MILLIS, id -> everySecond()));
    timers.add(vertx.setPeriodic(RENEW_ENTRIES_MILLIS, id -> sockets.renewEntries()));
    if (edge.index() == 0) {
      timers.add(vertx.setPeriodic(LOOK_MILLIS, id -> claimDeadlines()));
    }
    return redis.ready().compose(up -> lease.renew()).otherwiseEmpty();
  }

  void stop() {
    timers.forEach(vertx::cancelTimer);
    timers.clear();
  }

  private void everySecond() {
    sockets.tick();
    lease
        .renew()
        .onSuccess(
            held -> {
              if (edge.index() == 0) {
                lease.sweep();
              }
            });
  }

  private void claimDeadlines() {
    if (looking || !redis.isUp()) {
      return;
    }
    looking = true;
    calls
        .claimDeadlines(clock.millis(), CLAIM, AT_MOST)
        .onComplete(
            claimed -> {
              looking = false;
              if (claimed.succeeded()) {
                claimed.result().forEach(this::settle);
              }
            });
  }

  private void settle(String member) {
    service.due(member).onFailure(e -> log.warn("deadline {} comes up again", member, e));
  }
}
