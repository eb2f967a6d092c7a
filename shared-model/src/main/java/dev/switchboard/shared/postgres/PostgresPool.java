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

/** A pool whose connections can all be given up, for a database that has moved. Thread-safe. */
public final class PostgresPool implements Pool {
  private final Supplier<Pool> maker;
  private volatile Pool current;

  PostgresPool(Supplier<Pool> maker) {
    this.maker = maker;
    this.current = maker.get();
  }

  /** Drops every connection: what is asked from now on goes over new ones. */
  public synchronized void renew() {
    Pool old = current;
    current = maker.get();
    old.close();
  }

  @Override
  public Future<SqlConnection> getConnection() {
    return current.getConnection();
  }

  @Override
  public Query<RowSet<Row>> query(String sql) {
    return current.query(sql);
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql) {
    return current.preparedQuery(sql);
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql, PrepareOptions options) {
    return current.preparedQuery(sql, options);
  }

  @Override
  public int size() {
    return current.size();
  }

  @Override
  public synchronized Future<Void> close() {
    return current.close();
  }
}
