package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.postgres.PostgresPool;
import dev.switchboard.shared.redis.RedisLinks;
import dev.switchboard.shared.redis.RedisObserver;
import dev.switchboard.shared.redis.RedisSettings;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A Postgres that takes connections and answers nothing, as one that is stopped does. */
class StoreProbeIT {
  @Test
  void nobodyWaitsForAPostgresThatLeftTwoLooksWithoutAnAnswer() throws IOException {
    Vertx vertx = Vertx.vertx();
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String url = "postgresql://a:b@127.0.0.1:" + silent.getLocalPort() + "/c";
      PostgresPool pool = Postgres.pool(vertx, url, 2);
      RedisLinks links =
          RedisLinks.to(
              vertx,
              RedisSettings.from(Settings.of(Map.of("REDIS_URL", RealRedis.url()))),
              RedisObserver.NONE);
      SimpleMeterRegistry meters = new SimpleMeterRegistry();
      StoreProbe probe = new StoreProbe(links::open, Optional.empty(), pool, meters);
      Await.await(vertx.deployVerticle(probe), 20);
      assertThat(probe.redisUp()).isTrue();
      // Who waits for a connection fails otherwise.
      Await.until(
          () ->
              Await.failure(pool.query("SELECT 1").execute()) instanceof StoreUnavailableException,
          20);
      assertThat(probe.postgresUp()).isFalse();
    } finally {
      Await.await(vertx.close(), 20);
    }
  }
}
