package dev.switchboard.shared.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.OwnRedis;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that answer and do not serve, of two versions whose words differ. */
class RedisRefusalIT {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    Await.await(vertx.close());
  }

  private static OwnRedis start(boolean old, String... settings) {
    return old ? OwnRedis.startOld(settings) : OwnRedis.start(settings);
  }

  private RedisLink open(String url) {
    return open(Map.of("REDIS_URL", url));
  }

  private RedisLink open(Map<String, String> settings) {
    return RedisLinks.to(vertx, RedisSettings.from(Settings.of(settings)), RedisObserver.NONE)
        .open();
  }

  private void assertRefused(String url, RedisRefusal refusal) {
    assertRefused(Map.of("REDIS_URL", url), refusal);
  }

  private void assertRefused(Map<String, String> settings, RedisRefusal refusal) {
    RedisLink link = open(settings);
    // A busy machine may take longer for the first attempts than one may last.
    Await.until(() -> RedisRefusal.of(Await.failure(link.ready())).isPresent(), 30);
    Throwable failure = Await.failure(link.ready());
    assertThat(failure).isInstanceOf(StoreUnavailableException.class);
    assertThat(RedisRefusal.of(failure)).contains(refusal);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nodeOfAClusterIsNoServer(boolean old) {
    try (OwnRedis redis = start(old, "--cluster-enabled", "yes")) {
      assertRefused(redis.url(), RedisRefusal.CLUSTER);
      assertRefused(redis.url() + "/1", RedisRefusal.CLUSTER);
      for (int slot = 0; slot < 16_384; slot += 4_096) {
        StringBuilder slots = new StringBuilder("CLUSTER ADDSLOTS");
        for (int i = slot; i < slot + 4_096; i++) {
          slots.append(' ').append(i);
        }
        redis.ask(slots.toString());
      }
      Await.until(() -> redis.ask("GET x").getFirst().startsWith("$"));
      assertRefused(redis.url(), RedisRefusal.CLUSTER);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void databaseThatThereIsNotIsRefused(boolean old) {
    try (OwnRedis redis = start(old)) {
      assertRefused(redis.url() + "/16", RedisRefusal.NO_DATABASE);
      assertRefused(redis.url() + "/9999", RedisRefusal.NO_DATABASE);
      Await.until(open(redis.url() + "/15")::isUp, 30);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void redisThatIsNoSentinelIsRefusedAsOne(boolean old) {
    try (OwnRedis redis = start(old)) {
      assertRefused(
          Map.of("REDIS_MODE", "sentinel", "REDIS_NODES", redis.url()), RedisRefusal.NO_SENTINEL);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void userWithoutRightsIsNotServed(boolean old) {
    try (OwnRedis redis = start(old)) {
      redis.ask("ACL SETUSER app on >pa+ss ~* &* +@all -@scripting");
      redis.ask("ACL SETUSER key on >pa+ss ~app:* &* +@all");
      redis.ask("ACL SETUSER read on >pa+ss ~* &* +@all -set");
      redis.ask("ACL SETUSER host on >pa+ss ~* &* +@all -@dangerous -@admin");
      String place = redis.url().substring("redis://".length());
      assertRefused("redis://app:pa+ss@" + place, RedisRefusal.NO_RIGHTS);
      assertRefused("redis://key:pa+ss@" + place, RedisRefusal.NO_RIGHTS);
      assertRefused("redis://read:pa+ss@" + place, RedisRefusal.NO_RIGHTS);
      assertRefused("redis://app:wrong@" + place, RedisRefusal.NOT_LET_IN);
      Await.until(open("redis://host:pa+ss@" + place)::isUp, 30);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void fullOneIsReadAndComesBackByItself(boolean old) {
    try (OwnRedis redis = start(old)) {
      RedisLink link = open(redis.url());
      Await.until(link::isUp, 30);
      redis.ask("CONFIG SET maxmemory 1");
      Throwable failure = Await.failure(link.tryOut());
      assertThat(failure).isInstanceOf(StoreUnavailableException.class);
      assertThat(RedisRefusal.of(failure)).contains(RedisRefusal.FULL);
      Await.await(link.send(Request.cmd(Command.GET).arg("x")));
      Await.until(open(redis.url())::isUp, 30);
      redis.ask("CONFIG SET maxmemory 0");
      Await.await(link.tryOut());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void primaryThatBecomesAReplicaIsAwayUntilItIsOneAgain(boolean old) {
    try (OwnRedis redis = start(old);
        OwnRedis other = start(old)) {
      RedisLink link = open(redis.url());
      Await.until(link::isUp, 30);
      redis.ask("REPLICAOF 127.0.0.1 " + other.port());
      assertThat(Await.failure(link.tryOut())).isInstanceOf(StoreUnavailableException.class);
      assertThat(link.isUp()).isFalse();
      assertRefused(redis.url(), RedisRefusal.READ_ONLY);
      redis.ask("REPLICAOF NO ONE");
      Await.until(link::isUp);
      Await.await(link.tryOut());
    }
  }

  @Test
  void passwordThatIsChangedIsFoundOut() {
    try (OwnRedis redis = OwnRedis.start()) {
      RedisLink link = open(redis.url());
      Await.until(link::isUp, 30);
      redis.ask("ACL SETUSER default resetpass >new");
      redis.ask("AUTH new", "CLIENT KILL TYPE normal SKIPME yes");
      Await.until(() -> !link.isUp());
      assertThat(Await.failure(link.tryOut())).isInstanceOf(StoreUnavailableException.class);
      redis.ask("AUTH new", "ACL SETUSER default nopass");
      Await.until(link::isUp);
    }
  }
}
