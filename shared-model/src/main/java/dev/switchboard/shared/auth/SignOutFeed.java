package dev.switchboard.shared.auth;

import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.RedisLinks;
import dev.switchboard.shared.redis.stream.StreamAnswers;
import dev.switchboard.shared.redis.stream.StreamEntry;
import dev.switchboard.shared.schedule.PeriodicTask;
import dev.switchboard.shared.schedule.TimeLimit;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Follows the log of sign-outs in Redis, several times a second, so that they hold on each node
 * although the bus may be split. While Redis is away what is known goes on to hold. One a process.
 */
public final class SignOutFeed extends VerticleBase {
  /** Stream of {@link SignOut}, in the order in which they were said. */
  public static final String LOG = "auth:sign-outs";

  private static final long LOOK_MILLIS = 300;
  private static final long FIRST_LOOK_MILLIS = 2_000;
  private static final int PAGE = 1_000;

  private final RedisLinks redis;
  private final SignOuts signOuts;
  private final long lifeMillis;
  private final InstantSource clock;
  private @Nullable RedisLink link;
  private @Nullable PeriodicTask following;
  private String last = "-";
  private boolean loaded;

  /** Throws {@link dev.switchboard.shared.config.BadSettingException} for a bad life. */
  public SignOutFeed(RedisLinks redis, SignOuts signOuts, Settings settings, InstantSource clock) {
    this.redis = redis;
    this.signOuts = signOuts;
    this.lifeMillis = JwtSettings.revokeLife(settings).toMillis();
    this.clock = clock;
  }

  /**
   * How to say a sign-out to all nodes, which hear of it within {@value #LOOK_MILLIS} ms.
   *
   * @param now milliseconds since the epoch
   */
  public static Future<Void> say(RedisLink link, Settings settings, SignOut signOut, long now) {
    long life = JwtSettings.revokeLife(settings).toMillis();
    Request request = Request.cmd(Command.XADD).arg(LOG);
    if (life > 0) {
      request.arg("MINID").arg("~").arg(Long.toString(now - life));
    }
    request.arg("*");
    signOut.fields().forEach(request::arg);
    return link.send(request).mapEmpty();
  }

  /** Completes when the log has been read, or Redis is away. */
  @Override
  public Future<?> start() {
    RedisLink opened = redis.open();
    link = opened;
    return TimeLimit.of(vertx, FIRST_LOOK_MILLIS, opened.ready().compose(ready -> look(opened)))
        .transform(
            read -> {
              following =
                  PeriodicTask.start(vertx, "Following sign-outs", LOOK_MILLIS, () -> step(opened));
              return Future.succeededFuture();
            });
  }

  private Future<Void> step(RedisLink opened) {
    signOuts.forget(clock.millis());
    return opened.isUp() ? look(opened) : Future.succeededFuture();
  }

  private Future<Void> look(RedisLink opened) {
    return opened
        .send(
            Request.cmd(Command.XRANGE)
                .arg(LOG)
                .arg(last.equals("-") ? last : "(" + last)
                .arg("+")
                .arg("COUNT")
                .arg(PAGE))
        .map(StreamAnswers::entries)
        .compose(
            entries -> {
              entries.forEach(this::take);
              boolean more = entries.size() == PAGE;
              loaded |= !more;
              return more ? look(opened) : Future.succeededFuture();
            });
  }

  private void take(StreamEntry entry) {
    last = entry.id();
    SignOut signOut = SignOut.read(entry);
    long until = lifeMillis == 0 ? Long.MAX_VALUE : entry.addedAt() + lifeMillis;
    if (signOut == null || until <= clock.millis()) {
      return;
    }
    // sockets that were open before this process was there are not its own
    if (loaded || signOut instanceof SignOut.Revoked) {
      signOuts.add(signOut, until);
    }
  }

  @Override
  public Future<?> stop() {
    Future<Void> stopped = following == null ? Future.succeededFuture() : following.stop();
    return stopped.eventually(() -> link == null ? Future.succeededFuture() : link.close());
  }
}
