package dev.switchboard.shared.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/**
 * A Postgres of a test's own, set up as the test likes. The superuser {@code postgres} needs no
 * password; {@code secure} is let in over TLS only, {@code plain} without it only, each with the
 * password {@link #PASSWORD}; everyone else with a password.
 */
public final class OwnPostgres implements AutoCloseable {
  /** Has what makes trouble in URLs; {@link #ENCODED} is the same in one. */
  public static final String PASSWORD = "p+a $&=%#@:/";

  /** The password as RFC 3986 has it in a URL. */
  public static final String ENCODED = "p+a%20$&=%25%23%40:%2F";

  private static final String DOORS =
      """
      host all postgres 127.0.0.1/32 trust
      hostssl all secure 127.0.0.1/32 scram-sha-256
      hostnossl all plain 127.0.0.1/32 scram-sha-256
      hostssl all plain 127.0.0.1/32 reject
      hostnossl all secure 127.0.0.1/32 reject
      host all all 127.0.0.1/32 scram-sha-256
      """;

  private final Path folder = TemporaryFolder.create("switchboard-own-postgres-");
  private final int port = RealRedis.freePort();
  private final EmbeddedPostgres server;

  private OwnPostgres(Map<String, String> settings) {
    try {
      EmbeddedPostgres.Builder builder =
          EmbeddedPostgres.builder()
              .setDataDirectory(folder.resolve("data"))
              .setPort(port)
              .setRegisterShutdownHook(false)
              .setServerConfig(
                  "hba_file", Files.writeString(folder.resolve("hba.conf"), DOORS).toString())
              .setPGStartupWait(Duration.ofSeconds(60));
      settings.forEach(builder::setServerConfig);
      this.server = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (String user : new String[] {"secure", "plain", "app"}) {
      execute("postgres", "CREATE ROLE " + user + " LOGIN PASSWORD '" + PASSWORD + "'");
    }
  }

  /** One without TLS. */
  public static OwnPostgres start() {
    return new OwnPostgres(Map.of());
  }

  /** One that knows TLS too. */
  public static OwnPostgres startWithTls(TestCertificates certificates, String name) {
    return new OwnPostgres(
        Map.of(
            "ssl", "on",
            "ssl_cert_file", certificates.authority().resolveSibling(name + ".pem").toString(),
            "ssl_key_file", certificates.key(name).toString()));
  }

  /** Makes a database that belongs to a user. */
  public OwnPostgres withDatabase(String name, String owner) {
    execute("postgres", "CREATE DATABASE " + name + " OWNER " + owner);
    return this;
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /** The URL of a database, for a user with a password. */
  public String url(String user, String database) {
    return "postgresql://%s:%s@localhost:%d/%s".formatted(user, ENCODED, port, database);
  }

  /** Does something in a database, as the superuser. */
  public void execute(String database, String sql) {
    try (var connection = server.getDatabase("postgres", database).getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TemporaryFolder.delete(folder);
  }
}
