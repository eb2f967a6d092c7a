package dev.switchboard.shared.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisLinkIT {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    Await.await(vertx.close());
  }

  private RedisLink link() {
    RedisLink link =
        RedisLinks.to(
                vertx,
                RedisSettings.from(Settings.of(Map.of("REDIS_URL", RealRedis.url()))),
                (command, nanos, failed) -> {})
            .open();
    Await.await(link.ready());
    return link;
  }

  private static Future<@Nullable Response> send(RedisLink link, String command, String... words) {
    Request request = Request.cmd(Command.create(command));
    for (String word : words) {
      request.arg(word);
    }
    return link.send(request);
  }

  @Test
  void whatIsUnderWayWhenTheConnectionEndsFailsAsUnavailable() {
    RedisLink link = link();
    String id = String.valueOf(Await.await(send(link, "client", "id")));
    var first = send(link, "blpop", "nothing comes here", "0");
    var second = send(link, "get", "behind it");
    Await.await(send(link(), "client", "kill", "id", id));
    assertThat(Await.failure(first)).isInstanceOf(StoreUnavailableException.class);
    assertThat(Await.failure(second)).isInstanceOf(StoreUnavailableException.class);
    Await.until(() -> link.isUp() && Await.await(send(link, "ping")) != null);
  }

  @Test
  void anErrorOfRedisItselfIsNoSignOfAbsence() {
    RedisLink link = link();
    Await.await(send(link, "set", "a word", "word"));
    assertThat(Await.failure(send(link, "incr", "a word")))
        .isNotInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("not an integer");
    assertThat(link.isUp()).isTrue();
  }
}
