package dev.switchboard.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.queue.QueueLook;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TestLinks;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators see of the queue, of a Redis in which nobody works. */
final class QueueLookIT {
  private static final InstantSource AT_5_S = InstantSource.fixed(Instant.ofEpochSecond(5));

  private final Vertx vertx = Vertx.vertx();
  private final TestLinks links = new TestLinks(vertx);
  private RedisProbe redis;

  @BeforeEach
  void empty() {
    RealRedis.flush();
    redis = new RedisProbe();
  }

  @AfterEach
  void close() {
    redis.close();
    links.close();
    Await.await(vertx.close());
  }

  private JsonObject look() {
    return links.with(link -> new QueueLook(link, AT_5_S).take());
  }

  private JsonObject lane(int index) {
    return look().getJsonArray("lanes").getJsonObject(index);
  }

  @Test
  void queueThatWasNeverUsedIsEmpty() {
    JsonObject look = look();
    assertThat(look.getJsonArray("lanes")).hasSize(3);
    assertThat(lane(0))
        .isEqualTo(
            new JsonObject()
                .put("lane", "rings")
                .put("waiting", 0L)
                .put("inHand", 0L)
                .putNull("oldestMillis"));
    assertThat(look.getJsonObject("retries"))
        .isEqualTo(new JsonObject().put("waiting", 0L).putNull("dueInMillis"));
    assertThat(look.getLong("deadLetters")).isZero();
  }

  @Test
  void jobsInHandAreToldFromThoseThatWait() {
    redis.send("XGROUP", "CREATE", "push:jobs", "push", "0", "MKSTREAM");
    for (int i = 1; i <= 3; i++) {
      redis.send("XADD", "push:jobs", i + "000-0", "id", "n" + i);
    }
    redis.send("XREADGROUP", "GROUP", "push", "a", "COUNT", 1, "STREAMS", "push:jobs", ">");
    assertThat(lane(1))
        .isEqualTo(
            new JsonObject()
                .put("lane", "calls")
                .put("waiting", 2L)
                .put("inHand", 1L)
                .put("oldestMillis", 4_000L));
  }

  @Test
  void retriesAndDeadLettersAreCounted() {
    redis.send("ZADD", "push:retries", 7_500, "first", 1_795_886_584_000L, "second");
    redis.send("XADD", "push:dead", "*", "id", "n1");
    assertThat(look().getJsonObject("retries"))
        .isEqualTo(new JsonObject().put("waiting", 2L).put("dueInMillis", 2_500L));
    assertThat(look().getLong("deadLetters")).isEqualTo(1);
  }
}
