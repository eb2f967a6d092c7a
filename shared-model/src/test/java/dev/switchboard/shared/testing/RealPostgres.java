package dev.switchboard.shared.testing;

import dev.switchboard.shared.postgres.Postgres;
import io.vertx.core.Vertx;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One real Postgres for the test JVM, started when it is first asked for. Each test takes a
 * database of its own.
 */
public final class RealPostgres {
  private static final String TEMPLATE = "migrated";

  private static @Nullable RealServer<EmbeddedPostgres> server;
  private static int port;
  private static int databases;

  private RealPostgres() {}

  /** Makes a fresh database with all migrations run, and answers its {@code postgresql://} URL. */
  public static synchronized String newDatabase() {
    if (server == null) {
      port = RealRedis.freePort();
      server = RealServer.start("postgres", RealPostgres::launch);
      execute(server, "CREATE DATABASE " + TEMPLATE);
      migrateTemplate();
    }
    String name = "test_" + ++databases;
    execute(server, "CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
    return url(name);
  }

  /** Makes a fresh database without tables. */
  public static synchronized String emptyDatabase() {
    newDatabase();
    String name = "empty_" + databases;
    execute(server, "CREATE DATABASE " + name);
    return url(name);
  }

  private static void migrateTemplate() {
    Vertx vertx = Vertx.vertx();
    try {
      Await.await(Postgres.migrate(vertx, url(TEMPLATE)), 30);
    } finally {
      Await.await(vertx.close());
    }
  }

  private static String url(String database) {
    return "postgresql://postgres:postgres@127.0.0.1:" + port + "/" + database;
  }

  private static void execute(RealServer<EmbeddedPostgres> server, String sql) {
    try (var connection = server.running().getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static EmbeddedPostgres launch(Path folder) throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(folder.resolve("data"))
        .setCleanDataDirectory(false)
        .setRegisterShutdownHook(false)
        .setPort(port)
        .setPGStartupWait(Duration.ofSeconds(60))
        .start();
  }

  /** Starts it again after {@link #stop}, on the same port and with the same databases. */
  public static synchronized void start() {
    if (server != null) {
      server.start();
    }
  }

  /** Stops it, to see what happens then. */
  public static synchronized void stop() {
    if (server != null) {
      server.stop();
    }
  }
}
