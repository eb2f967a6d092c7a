package dev.switchboard.shared.postgres;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.shared.tls.TlsFailure;
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

  private final DatabaseUrl database;

  Migrations(DatabaseUrl database) {
    this.database = database;
  }

  void run() {
    FluentConfiguration flyway =
        Flyway.configure(Postgres.class.getClassLoader())
            .dataSource(database.dataSource())
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
