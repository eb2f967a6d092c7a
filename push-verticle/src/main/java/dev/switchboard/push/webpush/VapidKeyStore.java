package dev.switchboard.push.webpush;

import dev.switchboard.shared.postgres.Postgres;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * The key pairs of one app in Postgres, the private half sealed. Used on any thread. Futures fail
 * with {@link dev.switchboard.shared.redis.StoreUnavailableException} while Postgres is away.
 */
final class VapidKeyStore {
  private static final String LIST =
      "SELECT public_key, private_key FROM vapid_keys WHERE app = $1 ORDER BY generation DESC";

  // nodes that start together all try the same generation, and one of them is first
  private static final String ADD_FIRST =
      """
      INSERT INTO vapid_keys (public_key, generation, private_key, app) VALUES ($1, 1, $2, $3)
      ON CONFLICT DO NOTHING
      """;
  private static final String ADD =
      """
      INSERT INTO vapid_keys (public_key, generation, private_key, app)
      SELECT $1, coalesce(max(generation), 0) + 1, $2, $3 FROM vapid_keys WHERE app = $3
      ON CONFLICT (public_key) DO NOTHING
      """;

  private static final String TAKEN = "23505";
  private static final int TRIES = 10;

  /** A key pair as it is kept. */
  record Sealed(String publicKey, Buffer privateKey) {}

  private final SqlClient client;
  private final String app;

  VapidKeyStore(SqlClient client, String app) {
    this.client = client;
    this.app = app;
  }

  /** All of them, the newest first. */
  Future<List<Sealed>> list() {
    return query(LIST, Tuple.of(app))
        .map(
            rows -> {
              List<Sealed> keys = new ArrayList<>();
              for (Row row : rows) {
                keys.add(new Sealed(row.getString("public_key"), row.getBuffer("private_key")));
              }
              return keys;
            });
  }

  /** Keeps a pair if there is none at all yet. */
  Future<Void> addFirst(Sealed key) {
    return query(ADD_FIRST, values(key)).mapEmpty();
  }

  /** Keeps a pair as the newest, unless it is there already. */
  Future<Void> add(Sealed key) {
    return add(key, TRIES);
  }

  private Future<Void> add(Sealed key, int tries) {
    return query(ADD, values(key))
        .recover(
            failure ->
                // another node has taken the generation just now
                tries > 1 && isTaken(failure)
                    ? add(key, tries - 1).mapEmpty()
                    : Future.failedFuture(failure))
        .mapEmpty();
  }

  private static boolean isTaken(Throwable failure) {
    return failure instanceof PgException refusal && TAKEN.equals(refusal.getSqlState());
  }

  private Tuple values(Sealed key) {
    return Tuple.of(key.publicKey(), key.privateKey(), app);
  }

  private Future<RowSet<Row>> query(String sql, Tuple values) {
    return Postgres.guard(client.preparedQuery(sql).execute(values));
  }
}
