package dev.switchboard.shared.redis;

import static dev.switchboard.shared.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TestClock;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisClockIT {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    await(vertx.close());
  }

  @Test
  void whoeverIsDeployedHasTheTimeOfRedis() {
    RedisLinks links =
        RedisLinks.quiet(vertx, new RedisOptions().setConnectionString(RealRedis.url()));
    TestClock machine = new TestClock();
    machine.advance(Duration.ofHours(-1));
    RedisClock clock = new RedisClock(links::open, machine, System::nanoTime);
    assertThat(clock.millis()).isLessThan(System.currentTimeMillis() - 3_000_000);
    String id = await(vertx.deployVerticle(clock));
    // the Redis of the tests is on this machine
    assertThat(clock.millis())
        .isBetween(System.currentTimeMillis() - 1_000, System.currentTimeMillis() + 1_000);
    await(vertx.undeploy(id));
  }

  @Test
  void redisThatIsAwayHoldsNobodyUp() {
    RedisLinks links =
        RedisLinks.quiet(vertx, new RedisOptions().setConnectionString("redis://127.0.0.1:1"));
    RedisClock clock = new RedisClock(links::open);
    await(vertx.deployVerticle(clock));
    assertThat(clock.millis())
        .isBetween(System.currentTimeMillis() - 1_000, System.currentTimeMillis() + 1_000);
  }
}
