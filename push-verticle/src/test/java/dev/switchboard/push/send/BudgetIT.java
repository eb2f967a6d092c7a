package dev.switchboard.push.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TestLinks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class BudgetIT {
  private static final String KEY = "push:budget:test";
  private static final long LEAST = 60;
  private static final long LONG_AGO = 1;

  /** From which on nothing has flowed in: no time passes in a bucket of the future. */
  private static final long NOT_YET = 10_000_000_000_000L;

  private final Vertx vertx = Vertx.vertx();
  private final TestLinks links = new TestLinks(vertx);

  @BeforeEach
  void start() {
    RealRedis.flush();
  }

  @AfterEach
  void stop() {
    Await.await(vertx.close());
  }

  /** The bucket as other nodes left it, at a time in milliseconds. */
  private static Future<?> bucket(RedisLink link, double left, long at) {
    return link.send(Request.cmd(Command.HSET).arg(KEY).arg("left").arg(left).arg("at").arg(at));
  }

  private boolean takes(double left, long at, boolean ring) {
    return links.with(
        link -> bucket(link, left, at).compose(set -> new Budget(link, KEY, LEAST).take(ring)));
  }

  @Test
  void whatOtherNodesHaveTakenIsNotThereAndComesBackWithTime() {
    assertThat(takes(0, NOT_YET, true)).isFalse();
    assertThat(takes(0, NOT_YET, false)).isFalse();
    assertThat(takes(0, LONG_AGO, false)).isTrue();
  }

  @Test
  void lastOneIsForARing() {
    assertThat(takes(1, NOT_YET, false)).isFalse();
    assertThat(takes(1, NOT_YET, true)).isTrue();
  }
}
