package dev.switchboard.signaling.control;

import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.redis.DueSet;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.timeline.TimelineKeys;
import dev.switchboard.signaling.SignalingKeys;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Until when users are not to be disturbed. It is in Redis alone: it is short, and without Redis
 * nothing rings either. Futures fail as those of {@link RedisLink}; used on the loop of its link.
 */
final class DoNotDisturb {
  private static final Script BEGIN = Script.load(DoNotDisturb.class, "dnd_begin");
  private static final Script END =
      Script.load(DoNotDisturb.class, "dnd_end", TimelineKeys.PRELUDE, "call_prelude");
  private static final long LEASE_MILLIS = 5_000;
  private static final int AT_ONCE = 64;
  private static final Duration PUSH_LIFE = Cause.MISSED_CALL.life().orElseThrow();

  private final RedisLink redis;
  private final DueSet ends;
  private final InstantSource clock;

  DoNotDisturb(RedisLink redis, InstantSource clock) {
    this.redis = redis;
    this.ends = new DueSet(redis, ControlKeys.DND_ENDS);
    this.clock = clock;
  }

  /** Begins it, or changes its end, in milliseconds since the epoch. */
  Future<Void> begin(String userId, long until) {
    return redis
        .run(BEGIN, List.of(ControlKeys.DND_ENDS), List.of(userId, Long.toString(until)))
        .mapEmpty();
  }

  /** Until when, in milliseconds since the epoch; empty if the user may be disturbed. */
  Future<Optional<Long>> until(String userId) {
    return redis
        .send(Request.cmd(Command.GET).arg(SignalingKeys.dnd(userId)))
        .map(
            until ->
                Optional.ofNullable(until)
                    .map(text -> Long.parseLong(text.toString()))
                    .filter(at -> at > clock.millis()));
  }

  /** Ends it now. */
  Future<Void> end(String userId) {
    return redis
        .send(Request.cmd(Command.DEL).arg(SignalingKeys.dnd(userId)))
        .compose(gone -> settle(userId));
  }

  /** Tells those of what they missed whose time is over. */
  Future<Void> settleDue() {
    return redis.isUp()
        ? ends.claim(clock.millis(), LEASE_MILLIS, AT_ONCE)
            .compose(users -> Future.join(users.stream().map(this::settle).toList()))
            .mapEmpty()
        : Future.succeededFuture();
  }

  private Future<Void> settle(String userId) {
    long now = clock.millis();
    return redis
        .run(
            END,
            List.of(ControlKeys.DND_ENDS),
            List.of(userId, Long.toString(now), Long.toString(now + PUSH_LIFE.toMillis())))
        .mapEmpty();
  }
}
