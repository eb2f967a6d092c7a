package dev.switchboard.shared.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.OwnPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases that answer and do not serve, and schemas of a name. */
class PostgresRefusalIT {
  private static final String TABLES =
      "SELECT count(*) FROM pg_tables WHERE tablename = 'rooms' AND schemaname = '%s'";

  private static OwnPostgres server;
  private static int databases;

  private final Vertx vertx = Vertx.vertx();

  @BeforeAll
  static void start() {
    server = OwnPostgres.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void close() {
    Await.await(vertx.close());
  }

  private static String database(String owner) {
    String name = "d_" + ++databases;
    server.withDatabase(name, owner);
    return name;
  }

  private AbstractThrowableAssert<?, ?> refused(String url) {
    return assertThat(Await.failure(Postgres.migrate(vertx, url)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("DATABASE_URL: 'postgresql://localhost:")
        .hasMessageNotContaining(OwnPostgres.ENCODED);
  }

  @Test
  void noRightToCreateIsTold() {
    String url = server.url("app", database("postgres"));
    refused(url).hasMessageContaining("GRANT CREATE").hasMessageContaining("to make tables");
    refused(url + "?search_path=ours")
        .hasMessageContaining("GRANT CREATE")
        .hasMessageContaining("to make tables");
  }

  @Test
  void rightToCreateInTheSchemaOfTheUrlIsEnough() {
    String database = database("postgres");
    server.execute(database, "CREATE SCHEMA ours AUTHORIZATION app");
    String url = server.url("app", database) + "?search_path=ours";
    Await.await(Postgres.migrate(vertx, url), 30);
    server.execute(database, "REVOKE CREATE ON SCHEMA ours FROM app");
    Await.await(Postgres.migrate(vertx, url), 30);
  }

  @Test
  void readOnlyDatabaseIsTold() {
    String database = database("app");
    server.execute(
        "postgres", "ALTER DATABASE " + database + " SET default_transaction_read_only = on");
    refused(server.url("app", database))
        .hasMessageContaining("is read-only")
        .hasMessageContaining("cannot make tables");
  }

  @Test
  void tableOfOthersIsTold() {
    String database = database("app");
    server.execute(database, "CREATE TABLE rooms (id int)");
    refused(server.url("app", database)).hasMessageContaining("tables of others");
  }

  @Test
  void wrongPasswordIsTold() {
    refused(server.url("app", database("app")).replace("p+a", "x"))
        .hasMessageContaining("password authentication failed");
  }

  @Test
  void serverThatTakesConnectionsAndSaysNothingIsAway() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String url = "postgresql://app@127.0.0.1:" + silent.getLocalPort() + "/d";
      Future<Throwable> failure =
          Postgres.migrate(vertx, url).transform(done -> Future.succeededFuture(done.cause()));
      assertThat(Await.await(failure, 60)).isInstanceOf(StoreUnavailableException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "search_path=ours",
        "currentSchema=ours,public",
        "options=-c%20search_path%3Dours"
      })
  void tablesAreMadeAndFoundInTheSchemaOfTheUrl(String query) {
    String database = database("app");
    server.execute(database, "CREATE TABLE public.rooms (id int)");
    String url = server.url("app", database) + "?" + query;
    Await.await(Postgres.migrate(vertx, url), 30);
    Await.await(Postgres.migrate(vertx, url), 30);
    PostgresPool pool = Postgres.pool(vertx, url, 1);
    int tables =
        Await.await(
            pool.query(TABLES.formatted("ours"))
                .execute()
                .map(rows -> rows.iterator().next().getInteger(0)));
    assertThat(tables).isEqualTo(1);
    Await.await(pool.query("SELECT room_id FROM rooms").execute());
  }

  @Test
  void databaseThatBecomesReadOnlyIsAwayUntilItIsNotAnyMore() {
    String database = database("app");
    String url = server.url("app", database);
    Await.await(Postgres.migrate(vertx, url), 30);
    PostgresPool pool = Postgres.pool(vertx, url, 1);
    String write = "DELETE FROM pendings";
    Await.await(pool.query(write).execute());
    server.execute(
        "postgres", "ALTER DATABASE " + database + " SET default_transaction_read_only = on");
    pool.renew();
    assertThat(Await.failure(Postgres.guard(pool.query(write).execute())))
        .isInstanceOf(StoreUnavailableException.class);
    server.execute(
        "postgres", "ALTER DATABASE " + database + " RESET default_transaction_read_only");
    pool.renew();
    Await.await(Postgres.guard(pool.query(write).execute()));
  }
}
