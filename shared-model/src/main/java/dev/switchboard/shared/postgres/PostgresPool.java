package dev.switchboard.shared.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PrepareOptions;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Query;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.util.function.Supplier;

/**
 * A pool whose connections can all be given up, for a database that has moved, and that refuses at
 * once what is asked while the database is away. Thread-safe.
 */
public final class PostgresPool implements Pool {
  private final Supplier<Pool> maker;
  private final Pool refusing;
  private volatile Pool serving;
  private volatile boolean away;

  /**
   * Makes one.
   *
   * @param refusing never connects: what is asked of it fails at once
   */
  PostgresPool(Supplier<Pool> maker, Pool refusing) {
    this.maker = maker;
    this.refusing = refusing;
    this.serving = maker.get();
  }

  /** Drops every connection: what is asked from now on goes over new ones. */
  public synchronized void renew() {
    Pool old = serving;
    serving = maker.get();
    old.close();
  }

  /** From now on what is asked fails at once, or no longer; but for {@link #regardless}. */
  public void isAway(boolean away) {
    this.away = away;
  }

  /** The pool for who looks whether the database is there. */
  public Pool regardless() {
    return serving;
  }

  private Pool asked() {
    return away ? refusing : serving;
  }

  @Override
  public Future<SqlConnection> getConnection() {
    return asked().getConnection();
  }

  @Override
  public Query<RowSet<Row>> query(String sql) {
    return asked().query(sql);
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql) {
    return asked().preparedQuery(sql);
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql, PrepareOptions options) {
    return asked().preparedQuery(sql, options);
  }

  @Override
  public int size() {
    return serving.size();
  }

  @Override
  public synchronized Future<Void> close() {
    return Future.join(refusing.close(), serving.close()).mapEmpty();
  }
}
