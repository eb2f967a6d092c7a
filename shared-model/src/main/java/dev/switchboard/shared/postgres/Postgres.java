package dev.switchboard.shared.postgres;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.flywaydb.core.api.FlywayException;

/** Opens Postgres: the pool, the migrations, and what counts as Postgres being away. */
public final class Postgres {
  /** How long an answer may take, in milliseconds, before Postgres counts as away. */
  public static final long ANSWER_MILLIS = 2_000;

  private static final int CONNECT_MILLIS = 1_500;

  private Postgres() {}

  /**
   * Checks {@code postgresql://user:password@host:port/database?sslmode=…}. Throws {@link
   * BadSettingException}, which does not repeat the value since it may hold a password.
   */
  public static void check(String url) {
    DatabaseUrl.parse(url).warnOfUnknown();
  }

  /** One pool for the process; usable from any event loop. Connects when it is first used. */
  public static PostgresPool pool(Vertx vertx, String url, int size) {
    DatabaseUrl database = DatabaseUrl.parse(url);
    PoolOptions options =
        new PoolOptions()
            .setMaxSize(size)
            .setShared(false)
            .setMaxWaitQueueSize(size * 250)
            .setConnectionTimeout(CONNECT_MILLIS)
            .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
    return new PostgresPool(
        () -> pool(vertx, new ServerSessions(vertx, database), options),
        pool(vertx, Postgres::refuse, options));
  }

  private static Pool pool(
      Vertx vertx, Supplier<Future<SqlConnectOptions>> sessions, PoolOptions options) {
    return PgBuilder.pool().connectingTo(sessions).with(options).using(vertx).build();
  }

  private static Future<SqlConnectOptions> refuse() {
    return Future.failedFuture(new StoreUnavailableException("Postgres", null));
  }

  /** How long an answer by JDBC may take, where it is of a moment. */
  static final int JDBC_ANSWER_SECONDS = 5;

  /** A connection by JDBC, for a start that has no Vert.x yet. Blocks, a few seconds at most. */
  public static Connection connect(String url) throws SQLException {
    return DatabaseUrl.parse(url).dataSource(JDBC_ANSWER_SECONDS).getConnection();
  }

  /**
   * Brings the schema up to date with {@code db/migration} on the class path, on a virtual thread.
   * Nodes that start together take turns by a lock in the database. Completes on the caller's
   * context; fails with {@link StoreUnavailableException} while Postgres is away, with {@link
   * BadSettingException} if it is there and can't serve.
   */
  public static Future<Void> migrate(Vertx vertx, String url) {
    return Future.fromCompletionStage(migrate(url), vertx.getOrCreateContext());
  }

  /** As {@link #migrate(Vertx, String)}, for a start that has no Vert.x yet. */
  public static CompletionStage<Void> migrate(String url) {
    Migrations migrations = new Migrations(DatabaseUrl.parse(url));
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("migrations")
        .start(
            () -> {
              try {
                migrations.run();
                done.complete(null);
              } catch (RuntimeException e) {
                done.completeExceptionally(migrations.explain(e));
              }
            });
    return done;
  }

  /** True for a failure that says that Postgres can't serve, not that a query was wrong. */
  public static boolean isAway(Throwable failure) {
    if (PostgresRefusal.of(failure).isPresent()) {
      return true;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (saysAway(cause)) {
        return true;
      }
    }
    return false;
  }

  /**
   * True for a failure that says that Postgres will never take a value: what can't be stored, such
   * as U+0000 in a text, or breaks a rule of the schema (SQLSTATE classes 22 and 23).
   */
  public static boolean isBadValue(Throwable failure) {
    return failure instanceof PgException refusal
        && refusal.getSqlState() != null
        && refusal.getSqlState().matches("2[23].*");
  }

  private static boolean saysAway(Throwable cause) {
    return switch (cause) {
      case PgException e -> false;
      case FlywayException e -> false;
      case StoreUnavailableException e -> true;
      case ConnectionPoolTooBusyException e -> true;
      case TimeoutException e -> true;
      case IOException e -> true;
      // The client's own words for a connection that closed or could not be had in time.
      case VertxException e -> true;
      default -> false;
    };
  }

  private static Throwable explain(Throwable failure) {
    return isAway(failure) ? new StoreUnavailableException("Postgres", failure) : failure;
  }

  /**
   * Bounds a query by {@link #ANSWER_MILLIS} and turns every sign of Postgres being away into
   * {@link StoreUnavailableException}. Every query of a store goes through here.
   */
  public static <T> Future<T> guard(Future<T> query) {
    return query
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .recover(failure -> Future.failedFuture(explain(failure)));
  }
}
