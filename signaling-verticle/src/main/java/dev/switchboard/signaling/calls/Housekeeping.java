package dev.switchboard.signaling.calls;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.signaling.sessions.SessionStore;
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
  /** How long an edge counts as alive after its last renewal. */
  static final Duration LEASE = Duration.ofSeconds(8);

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
  private final SessionStore sessions;
  private final CallService service;
  private final CallSockets sockets;
  private final InstantSource clock;
  private final List<Long> timers = new ArrayList<>();
  private long leasedSince;
  private boolean looking;
  private boolean sweeping;

  Housekeeping(
      CallEdge edge, RedisLink redis, CallStore calls, CallService service, CallSockets sockets) {
    this.vertx = edge.vertx();
    this.edge = edge.sockets().edge();
    this.redis = redis;
    this.calls = calls;
    this.sessions = edge.sessions();
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
    return redis.ready().compose(up -> renewLease()).otherwiseEmpty();
  }

  void stop() {
    timers.forEach(vertx::cancelTimer);
    timers.clear();
  }

  private void everySecond() {
    sockets.tick();
    renewLease()
        .onSuccess(
            held -> {
              if (edge.index() == 0) {
                sweep();
              }
            });
  }

  private Future<Void> renewLease() {
    long now = clock.millis();
    return sessions
        .renewLease(edge, now + LEASE.toMillis())
        .onSuccess(
            held -> {
              if (leasedSince == 0) {
                leasedSince = now;
              }
            })
        .onFailure(away -> leasedSince = 0);
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

  /**
   * After Redis was away every lease is over, although the edges live: whoever sweeps waits until
   * it has held its own for as long as a lease lasts, so that the others had time to renew theirs.
   */
  private void sweep() {
    long now = clock.millis();
    if (sweeping || leasedSince == 0 || now - leasedSince < LEASE.toMillis()) {
      return;
    }
    sweeping = true;
    sessions
        .sweep(now, CLAIM)
        .compose(
            orphans -> {
              List<Future<Void>> gone = new ArrayList<>(orphans.size());
              orphans.forEach(orphan -> gone.add(service.gone(orphan, false)));
              return Future.join(gone);
            })
        .onComplete(
            done -> {
              sweeping = false;
              if (done.failed()) {
                log.warn("sweeping after dead edges goes on later", done.cause());
              }
            });
  }
}
