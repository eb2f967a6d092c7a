package dev.switchboard.shared.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.OwnPostgres;
import dev.switchboard.shared.testing.TestCertificates;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both clients against a server that speaks TLS, by a certificate for {@code localhost}. */
class PostgresTlsIT {
  private static final String OVER_TLS = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

  @TempDir static Path folder;
  private static TestCertificates made;
  private static OwnPostgres server;
  private static int databases;

  private final Vertx vertx = Vertx.vertx();

  @BeforeAll
  static void start() {
    made = new TestCertificates(folder);
    made.certificate("server", "DNS:localhost");
    server = OwnPostgres.startWithTls(made, "server");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void close() {
    Await.await(vertx.close());
  }

  private static String url(String user, String query) {
    String database = "tls_" + ++databases;
    server.withDatabase(database, user);
    return server.url(user, database) + "?" + query.replace("CA", made.authority().toString());
  }

  private boolean overTls(String url) {
    Await.await(Postgres.migrate(vertx, url), 30);
    return Await.await(
        Postgres.pool(vertx, url, 1)
            .query(OVER_TLS)
            .execute()
            .map(rows -> rows.iterator().next().getBoolean(0)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sslmode=prefer",
        "sslmode=allow",
        "sslmode=require",
        "sslmode=require&sslrootcert=CA",
        "sslmode=verify-ca&sslrootcert=CA",
        "sslmode=verify-full&sslrootcert=CA",
      })
  void serverThatWantsTlsGetsIt(String query) {
    assertThat(overTls(url("secure", query))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sslmode=prefer", "sslmode=allow", "sslmode=disable"})
  void serverThatWantsNoneGetsNone(String query) {
    assertThat(overTls(url("plain", query))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "sslmode=verify-full,localhost",
    "sslmode=verify-ca,localhost",
    "sslrootcert=system,localhost",
    "sslmode=verify-full&sslrootcert=CA,127.0.0.1",
  })
  void strangerIsABadSetting(String query, String host) {
    String url = url("secure", query).replace("@localhost", "@" + host);
    assertThat(Await.failure(Postgres.migrate(vertx, url)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("DATABASE_URL: ")
        .hasMessageContaining("sslrootcert");
    assertThat(Await.failure(Postgres.pool(vertx, url, 1).query("SELECT 1").execute())).isNotNull();
  }

  @Test
  void nameIsOfNoConsequenceToVerifyCa() {
    String url = url("secure", "sslmode=verify-ca&sslrootcert=CA");
    assertThat(overTls(url.replace("@localhost", "@127.0.0.1"))).isTrue();
  }

  @Test
  void serverWithoutTlsIsABadSettingWhereItIsRequired() {
    try (OwnPostgres without = OwnPostgres.start().withDatabase("d", "app")) {
      assertThat(
              Await.failure(Postgres.migrate(vertx, without.url("app", "d") + "?sslmode=require")))
          .isInstanceOf(BadSettingException.class)
          .hasMessageContaining("SSL");
      assertThat(overTls(without.url("app", "d"))).isFalse();
    }
  }
}
