package dev.switchboard.shared.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.OwnPostgres;
import dev.switchboard.shared.testing.PgBouncer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A pooler that gives each transaction to another server. */
class PgBouncerIT {
  private static final int QUERIES = 400;

  private final Vertx vertx = Vertx.vertx();
  private final OwnPostgres postgres = OwnPostgres.start().withDatabase("d", "postgres");
  private final PgBouncer pooler = new PgBouncer(postgres.port());

  @AfterEach
  void close() {
    Await.await(vertx.close());
    pooler.close();
    postgres.close();
  }

  private static Future<Boolean> echo(Pool pool, int i) {
    // Two texts, so that one statement is never the other's.
    String sql = i % 2 == 0 ? "SELECT $1::int AS a" : "SELECT $1::int AS b, 'x' AS c";
    return pool.preparedQuery(sql)
        .execute(Tuple.of(i))
        .map(rows -> rows.iterator().next().getInteger(0) == i);
  }

  private static List<Boolean> echoes(Pool pool) {
    return Await.await(
        Future.all(IntStream.range(0, QUERIES).mapToObj(i -> echo(pool, i)).toList())
            .map(all -> all.<Boolean>list()),
        30);
  }

  @Test
  void migrationsAndQueriesGoThrough() {
    String url = pooler.url("d");
    Await.await(Future.all(Postgres.migrate(vertx, url), Postgres.migrate(vertx, url)), 30);
    Pool pool = Postgres.pool(vertx, url, 8);
    assertThat(echoes(pool)).hasSize(QUERIES).doesNotContain(false);
    List<Tuple> batch = IntStream.range(0, 50).mapToObj(i -> Tuple.of("r" + i)).toList();
    String insert = "INSERT INTO pendings VALUES ($1, 'a', null, null, now())";
    Await.await(pool.preparedQuery(insert).executeBatch(batch));
    Await.await(
        pool.withTransaction(
            one ->
                one.preparedQuery("DELETE FROM pendings WHERE joinid = $1")
                    .execute(Tuple.of("r1"))));
    int left =
        Await.await(
            pool.query("SELECT count(*) FROM pendings")
                .execute()
                .map(rows -> rows.iterator().next().getInteger(0)));
    assertThat(left).isEqualTo(49);
  }

  @Test
  void poolerMayBeNamedInTheUrl() {
    assertThat(echoes(Postgres.pool(vertx, pooler.url("d") + "?pgbouncer=true", 8)))
        .doesNotContain(false);
  }

  @Test
  void connectionsArePooledAgainAfterARenewal() {
    PostgresPool pool = Postgres.pool(vertx, pooler.url("d"), 8);
    assertThat(echoes(pool)).doesNotContain(false);
    pool.renew();
    assertThat(echoes(pool)).doesNotContain(false);
  }
}
