package dev.switchboard.shared.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.OwnRedis;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TestCertificates;
import dev.switchboard.shared.tls.TlsFailure;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisTlsIT {
  private final Vertx vertx = Vertx.vertx();
  @TempDir Path folder;

  @AfterEach
  void close() {
    Await.await(vertx.close());
  }

  private RedisLink open(RedisOptions options) {
    return RedisLinks.to(vertx, options, RedisObserver.NONE).open();
  }

  private RedisLink open(Map<String, String> settings) {
    return open(RedisSettings.from(Settings.of(settings)));
  }

  /** A busy machine may take longer for the first attempts than one may last. */
  private static void assertServes(RedisLink link) {
    Await.until(link::isUp, 30);
    Await.await(link.tryOut());
  }

  private static String untrusted(RedisLink link) {
    Await.until(() -> TlsFailure.of(Await.failure(link.ready())).isPresent(), 30);
    return TlsFailure.of(Await.failure(link.ready())).orElse("");
  }

  @Test
  void privateAuthorityIsTrustedWhereItIsNamed() {
    TestCertificates made = new TestCertificates(folder);
    made.certificate("server", "DNS:localhost,IP:127.0.0.1");
    try (OwnRedis redis = OwnRedis.startWithTls(made, "server")) {
      String authority = made.authority().toString();
      String port = Integer.toString(redis.port());
      String url = "rediss://localhost:" + port;
      RedisLink byUrl = open(Map.of("REDIS_URL", url, "REDIS_CA_PATH", authority));
      RedisLink byHost =
          open(
              Map.of(
                  "REDIS_HOST",
                  "127.0.0.1",
                  "REDIS_PORT",
                  port,
                  "REDIS_TLS",
                  "on",
                  "REDIS_CA_PATH",
                  authority));
      Settings chat = Settings.of(Map.of("CHAT_REDIS_URL", url, "REDIS_CA_PATH", authority));
      RedisLink ofChat = open(RedisSettings.from(chat, "CHAT_REDIS_URL").orElseThrow());
      assertServes(byUrl);
      assertServes(byHost);
      assertServes(ofChat);
      assertThat(untrusted(open(Map.of("REDIS_URL", url)))).contains("PKIX");
    }
  }

  private boolean isOther(String url) {
    RedisOptions options = RedisSettings.from(Settings.of(Map.of("REDIS_URL", url)));
    return Await.await(SchemeProbe.isOther(vertx, options));
  }

  @Test
  void redisThatIsNamedByTheOtherSchemeIsToldFromOneThatIsAway() {
    TestCertificates made = new TestCertificates(folder);
    made.certificate("server", "DNS:localhost");
    int nobody = RealRedis.freePort();
    assertThat(isOther("redis://127.0.0.1:" + nobody)).isFalse();
    assertThat(isOther("rediss://127.0.0.1:" + nobody)).isFalse();
    try (OwnRedis secure = OwnRedis.startWithTls(made, "server");
        OwnRedis plain = OwnRedis.start("--requirepass", "hush")) {
      assertThat(isOther("redis://127.0.0.1:" + secure.port())).isTrue();
      assertThat(isOther("rediss://127.0.0.1:" + secure.port())).isFalse();
      assertThat(isOther("redis://127.0.0.1:" + plain.port())).isFalse();
      assertThat(isOther("rediss://127.0.0.1:" + plain.port())).isTrue();
    }
  }

  @Test
  void nameOfTheServerIsChecked() {
    TestCertificates made = new TestCertificates(folder);
    made.certificate("server", "DNS:other.example");
    try (OwnRedis redis = OwnRedis.startWithTls(made, "server")) {
      RedisLink link =
          open(
              Map.of(
                  "REDIS_URL",
                  "rediss://localhost:" + redis.port(),
                  "REDIS_CA_PATH",
                  made.authority().toString()));
      assertThat(untrusted(link)).contains("localhost");
    }
  }
}
