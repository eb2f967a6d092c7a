package dev.switchboard.shared.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.SqlConnectOptions;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connect options for a server, or for a pooler such as PgBouncer, that may give each transaction
 * to another server: there a statement is never prepared in one and run in another. Which of the
 * two it is shows in the process id: a pooler greets with one that is not its server's.
 */
final class ServerSessions implements Supplier<Future<SqlConnectOptions>> {
  private static final Logger log = LoggerFactory.getLogger(ServerSessions.class);
  private static final int PIPELINED = 64;

  private final Vertx vertx;
  private final DatabaseUrl database;
  private final TlsOffer offer;
  private @Nullable Future<SqlConnectOptions> found;

  ServerSessions(Vertx vertx, DatabaseUrl database) {
    this.vertx = vertx;
    this.database = database;
    this.offer = new TlsOffer(vertx);
  }

  /** Finds out at the first connection, and again after a failure. Any thread. */
  @Override
  public synchronized Future<SqlConnectOptions> get() {
    Future<SqlConnectOptions> asked = found;
    if (asked == null || asked.failed()) {
      asked = database.saysPooled() ? Future.succeededFuture(pooled()) : find();
      found = asked;
    }
    return asked.compose(
        options -> offer.settle((PgConnectOptions) options).map(settled -> settled));
  }

  private Future<SqlConnectOptions> find() {
    return offer
        .settle(database.connectOptions())
        .compose(options -> PgConnection.connect(vertx, options))
        .compose(
            connection ->
                connection
                    .query("SELECT pg_backend_pid()")
                    .execute()
                    .map(rows -> rows.iterator().next().getInteger(0))
                    .map(id -> id == connection.processId() ? direct() : pooled())
                    .eventually(connection::close));
  }

  private SqlConnectOptions direct() {
    return database.connectOptions().setPipeliningLimit(PIPELINED).setCachePreparedStatements(true);
  }

  private SqlConnectOptions pooled() {
    log.info("Postgres is behind a pooler: no statement is kept prepared");
    PgConnectOptions options = database.connectOptions().setUseLayer7Proxy(true);
    return options.setPipeliningLimit(1).setCachePreparedStatements(false);
  }
}
