package dev.switchboard.push.queue;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.InstantSource;
import java.util.List;

/**
 * Attempts that wait for their time in Redis; every node moves those that are due. Belongs to the
 * event loop of its link.
 */
public final class Retries {
  private static final Script MOVE = Script.load(Retries.class, "push_retry");
  private static final int BATCH = 200;

  private final RedisLink link;
  private final InstantSource clock;

  public Retries(RedisLink link, InstantSource clock) {
    this.link = link;
    this.clock = clock;
  }

  /** Puts those that are due back on their streams; goes on at once while there are many. */
  public Future<Void> move() {
    return link.run(
            MOVE,
            List.of(QueueKeys.RETRIES, QueueKeys.RETRY_JOBS),
            List.of(Long.toString(clock.millis()), Integer.toString(BATCH)))
        .compose(
            moved ->
                moved != null && moved.toInteger() == BATCH ? move() : Future.succeededFuture());
  }

  /** How many wait. */
  public Future<Long> count() {
    return link.send(Request.cmd(Command.ZCARD).arg(QueueKeys.RETRIES))
        .map(count -> count == null ? 0L : count.toLong());
  }
}
