package dev.switchboard.deploy.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.OwnRedis;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class RedisSurveyIT {
  private static final Vertx vertx = Vertx.vertx();
  private static final int AT_ONCE = 500;

  /** Of 17,000 keys, whose places in tables take more than 1.5 MB. */
  private static final long NEXT_TO_NOTHING = 500_000;

  @AfterAll
  static void close() {
    Await.await(vertx.close());
  }

  @Test
  void keysThatAreKeptAndTheirPlacesInTablesDoNotCountInRedis62() {
    try (OwnRedis redis = OwnRedis.startOld()) {
      keptDoNotCount(redis);
    }
  }

  @Test
  void keysThatAreKeptAndTheirPlacesInTablesDoNotCountInRedis7() {
    try (OwnRedis redis = OwnRedis.start()) {
      keptDoNotCount(redis);
    }
  }

  private static void keptDoNotCount(OwnRedis redis) {
    Redis client = Redis.createClient(vertx, redis.url());
    try (RedisSurvey survey = new RedisSurvey(vertx, redis.url(), RedisPage.ofProject())) {
      add(client, 0, 3_000);
      long few = survey.bytesBeside(Soak.KEPT, survey.look());
      add(client, 3_000, 20_000);
      long many = survey.bytesBeside(Soak.KEPT, survey.look());
      assertThat(many - few).isBetween(-NEXT_TO_NOTHING, NEXT_TO_NOTHING);
    } finally {
      client.close();
    }
  }

  private static void add(Redis client, int from, int to) {
    for (int i = from; i < to; i += AT_ONCE) {
      List<Request> commands = new ArrayList<>();
      for (int id = i; id < i + AT_ONCE; id++) {
        String key = "push:notification:" + (1_000_000 + id);
        commands.add(Request.cmd(Command.HSET).arg(key).arg("state").arg("delivered"));
        commands.add(Request.cmd(Command.PEXPIRE).arg(key).arg(86_400_000));
      }
      Await.await(client.batch(commands));
    }
  }
}
