package dev.switchboard.shared.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PostgresIT {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    RealPostgres.start();
    Await.await(vertx.close());
  }

  @Test
  void migrationsRunOnceHoweverManyStartTogether() {
    String url = RealPostgres.emptyDatabase();
    Await.await(
        Future.all(
            Postgres.migrate(vertx, url),
            Postgres.migrate(vertx, url),
            Postgres.migrate(vertx, url)),
        30);
    Pool pool = Postgres.pool(vertx, url, 2);
    var rows = Await.await(pool.query("SELECT version FROM flyway_schema_history").execute());
    var versions = new java.util.HashSet<String>();
    rows.forEach(row -> versions.add(row.getString(0)));
    assertThat(rows.size()).isEqualTo(versions.size()).isPositive();
  }

  @Test
  void aDatabaseThatHasHadTheMigrationsOfThisVersionIsKnownByTheirChecksums() throws SQLException {
    String url = RealPostgres.newDatabase();
    try (Connection connection = Postgres.connect(url);
        Statement statement = connection.createStatement()) {
      assertThat(BundledMigrations.areIn(connection, "public")).isTrue();

      statement.execute("UPDATE flyway_schema_history SET checksum = 1 WHERE version = '2'");
      assertThat(BundledMigrations.areIn(connection, "public")).isFalse();
      assertThat(Await.failure(Postgres.migrate(vertx, url)))
          .isInstanceOf(BadSettingException.class)
          .hasMessageContaining("can't be brought up to date");
    }
  }

  @Test
  void aStoppedPostgresFailsQueriesAsUnavailableAndIsFoundAgain() {
    Pool pool = Postgres.pool(vertx, RealPostgres.newDatabase(), 2);
    untilAnswered(pool);
    RealPostgres.stop();
    assertThat(Await.failure(Postgres.guard(pool.query("SELECT 1").execute())))
        .isInstanceOf(StoreUnavailableException.class);
    RealPostgres.start();
    untilAnswered(pool);
  }

  @Test
  void whatIsAskedOfADatabaseThatCountsAsAwayFailsAtOnce() {
    PostgresPool pool = Postgres.pool(vertx, RealPostgres.newDatabase(), 2);
    untilAnswered(pool);
    pool.isAway(true);
    assertThat(Await.failure(pool.preparedQuery("SELECT 1").execute()))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(Await.failure(pool.withTransaction(it -> it.query("SELECT 1").execute())))
        .isInstanceOf(StoreUnavailableException.class);
    untilAnswered(pool.regardless());
    pool.isAway(false);
    assertThat(Await.await(pool.query("SELECT 1").execute()).size()).isEqualTo(1);
  }

  private static void untilAnswered(Pool pool) {
    Await.until(
        () -> Await.await(pool.query("SELECT 1").execute().map(rows -> true).otherwise(false)));
  }

  @Test
  void aDatabaseThatIsNotThereIsABadSetting() {
    String url = RealPostgres.emptyDatabase() + "_gone";
    assertThat(Await.failure(Postgres.migrate(vertx, url)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageMatching("DATABASE_URL: .*_gone\" does not exist\\)");
  }

  @Test
  void aStoppedPostgresIsNoBadSetting() {
    String url = RealPostgres.emptyDatabase();
    RealPostgres.stop();
    assertThat(Await.failure(Postgres.migrate(vertx, url)))
        .isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void aWrongQueryIsNoSignOfAbsence() {
    Pool pool = Postgres.pool(vertx, RealPostgres.newDatabase(), 2);
    assertThat(Await.failure(Postgres.guard(pool.query("SELECT nonsense").execute())))
        .isInstanceOf(PgException.class);
  }

  @Test
  void aBadUrlIsRefusedWithoutShowingIt() {
    assertThatThrownBy(() -> Postgres.check("mysql://u:secret@h/d"))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("DATABASE_URL: ")
        .hasMessageNotContaining("secret");
  }
}
