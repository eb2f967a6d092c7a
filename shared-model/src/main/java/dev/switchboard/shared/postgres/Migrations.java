package dev.switchboard.shared.postgres;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.shared.tls.TlsFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a database's schema up to date with {@code db/migration} on the class path. Blocks. */
final class Migrations {
  private static final Logger log = LoggerFactory.getLogger(Migrations.class);

  /** How long others may take that have their turn first. */
  private static final Duration TURN = Duration.ofSeconds(60);

  private static final Duration LOOK = Duration.ofMillis(200);

  /** A migration of a large table takes its time. */
  private static final int FOR_EVER = 0;

  /**
   * Of a schema that is named, else of the one that tables go into: is it read-only, may tables be
   * made in it, does it have the history of migrations, what is its name.
   */
  private static final String STATE =
      """
      SELECT current_setting('transaction_read_only') = 'on',
        CASE WHEN oid IS NULL THEN has_database_privilege(current_database(), 'CREATE')
          ELSE has_schema_privilege(oid, 'CREATE') END,
        EXISTS (SELECT FROM pg_class
          WHERE relnamespace = space.oid AND relname = 'flyway_schema_history'),
        name
      FROM (SELECT coalesce(?, current_schema()) AS name) AS wanted
        LEFT JOIN (SELECT oid, nspname FROM pg_namespace) AS space ON nspname = name
      """;

  private final DatabaseUrl database;

  Migrations(DatabaseUrl database) {
    this.database = database;
  }

  void run() {
    if (isCurrent()) {
      return;
    }
    FluentConfiguration flyway =
        Flyway.configure(Postgres.class.getClassLoader())
            .dataSource(database.dataSource(FOR_EVER))
            .locations("classpath:db/migration")
            .connectRetries(0)
            // It waits inside a transaction, whose connection a pooler may have no second of.
            .lockRetryCount(0);
    // A schema named in the URL is made if there is none.
    database.schema().ifPresent(flyway::schemas);
    long end = System.nanoTime() + TURN.toNanos();
    while (!isDone(flyway.load(), System.nanoTime() - end > 0)) {
      pause();
    }
  }

  /**
   * True if nothing is to be done. Before the first migration it fails where Flyway would try for
   * ten seconds to make its table. A server that takes the connection and hangs is found out here.
   */
  private boolean isCurrent() {
    try (Connection connection = database.dataSource(Postgres.JDBC_ANSWER_SECONDS).getConnection();
        PreparedStatement state = connection.prepareStatement(STATE)) {
      state.setString(1, database.schema().orElse(null));
      try (ResultSet row = state.executeQuery()) {
        row.next();
        if (row.getBoolean(3)) {
          return BundledMigrations.areIn(connection, row.getString(4));
        }
        if (row.getBoolean(1)) {
          throw new SQLException("cannot make tables in a read-only transaction", "25006");
        }
        if (!row.getBoolean(2)) {
          throw new SQLException("permission denied to make tables", "42501");
        }
        return false;
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** False if another process has its turn. */
  private static boolean isDone(Flyway flyway, boolean lastTry) {
    try {
      flyway.migrate();
      return true;
    } catch (FlywayException e) {
      if (lastTry || !String.valueOf(e.getMessage()).contains("lockRetryCount")) {
        throw e;
      }
      return false;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while another process migrated the database", e);
    }
  }

  /**
   * What a failure means: Postgres is away, or, since no waiting mends it, the setting names a
   * database that can't serve. In one line, with Postgres' own words.
   */
  RuntimeException explain(Throwable failure) {
    Optional<String> untrusted = TlsFailure.of(failure);
    if (untrusted.isPresent()) {
      return refused(
          "has a certificate that is not trusted ("
              + untrusted.get()
              + "): its authority goes into sslrootcert, its name into the address");
    }
    Optional<PostgresRefusal> refusal = PostgresRefusal.of(failure);
    if (refusal.isPresent() && refusal.get().isPermanent()) {
      return refused(refusal.get().problem() + " (" + words(failure) + ")");
    }
    if (refusal.isPresent() || Postgres.isAway(failure)) {
      return new StoreUnavailableException("Postgres", failure);
    }
    log.debug("the migrations failed", failure);
    String words = words(failure);
    return refused(
        words.contains("non-empty schema")
            ? "has tables of others in its schema: name an empty database, or a schema of its own"
                + " by ?search_path=NAME"
            : "can't be brought up to date: " + words);
  }

  private BadSettingException refused(String problem) {
    return new BadSettingException(DatabaseUrl.SETTING, "'" + database + "' " + problem);
  }

  /** The server's own words, else the first line of what there is. */
  private static String words(Throwable failure) {
    Throwable told = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException) {
        told = cause;
      }
    }
    return String.valueOf(told.getMessage()).lines().findFirst().orElse("");
  }
}
