package dev.switchboard.shared.postgres;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/** Opens Postgres: the pool, the migrations, and what counts as Postgres being away. */
public final class Postgres {
  /** How long an answer may take, in milliseconds, before Postgres counts as away. */
  public static final long ANSWER_MILLIS = 2_000;

  private static final int CONNECT_MILLIS = 1_500;

  /** SQLSTATEs of a server that is shutting down, starting, or out of connections. */
  private static final Set<String> AWAY_STATES = Set.of("57P01", "57P02", "57P03", "53300");

  /** What a client makes of a server that asks for a password it has none of, or for no TLS. */
  private static final String REJECTED = "08004";

  /** SQLSTATE of a database that is not there. */
  private static final String NO_SUCH_DATABASE = "3D000";

  /** SQLSTATEs of a role or password that is not let in begin with it. */
  private static final String NOT_LET_IN = "28";

  private Postgres() {}

  /**
   * Reads {@code postgresql://user:password@host:port/database?sslmode=…}. Throws {@link
   * BadSettingException}, which does not repeat the value since it may hold a password.
   */
  public static PgConnectOptions options(String url) {
    try {
      return PgConnectOptions.fromUri(url);
    } catch (RuntimeException e) {
      throw new BadSettingException(
          "DATABASE_URL", "is not of the form postgresql://user:password@host:5432/database");
    }
  }

  /** One pool for the process; usable from any event loop. Connects when it is first used. */
  public static Pool pool(Vertx vertx, String url, int size) {
    PgConnectOptions connect = options(url).setCachePreparedStatements(true).setPipeliningLimit(64);
    connect.setReconnectAttempts(0);
    return PgBuilder.pool()
        .connectingTo(connect)
        .with(
            new PoolOptions()
                .setMaxSize(size)
                .setShared(false)
                .setMaxWaitQueueSize(size * 250)
                .setConnectionTimeout(CONNECT_MILLIS)
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS))
        .using(vertx)
        .build();
  }

  /**
   * Brings the schema up to date with {@code db/migration} on the class path, on a virtual thread.
   * Nodes that start together take turns by a lock in the database. Completes on the caller's
   * context; fails with {@link StoreUnavailableException} while Postgres is away, with {@link
   * BadSettingException} if it is there and lets nobody of that name in.
   */
  public static Future<Void> migrate(Vertx vertx, String url) {
    return Future.fromCompletionStage(migrate(url), vertx.getOrCreateContext());
  }

  /** As {@link #migrate(Vertx, String)}, for a start that has no Vert.x yet. */
  public static CompletionStage<Void> migrate(String url) {
    PgConnectOptions options = options(url);
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("migrations")
        .start(
            () -> {
              try {
                migrateNow(options);
                done.complete(null);
              } catch (RuntimeException e) {
                done.completeExceptionally(refusal(e).orElseGet(() -> explain(e)));
              }
            });
    return done;
  }

  /** The JDBC form of a database's URL, without user and password. */
  public static String jdbcUrl(PgConnectOptions options) {
    return "jdbc:postgresql://%s:%d/%s?sslmode=%s&connectTimeout=2"
        .formatted(
            options.getHost(),
            options.getPort(),
            options.getDatabase(),
            options.getSslMode().value);
  }

  private static void migrateNow(PgConnectOptions options) {
    Flyway.configure(Postgres.class.getClassLoader())
        .dataSource(jdbcUrl(options), options.getUser(), options.getPassword())
        .locations("classpath:db/migration")
        .connectRetries(0)
        .load()
        .migrate();
  }

  /** Of a Postgres that answers and refuses, which no waiting mends; in Postgres' own words. */
  private static Optional<Throwable> refusal(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException e && isRefusal(e.getSQLState())) {
        String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return Optional.of(new BadSettingException("DATABASE_URL", reason));
      }
    }
    return Optional.empty();
  }

  private static boolean isRefusal(@Nullable String state) {
    return state != null
        && (state.startsWith(NOT_LET_IN)
            || state.equals(NO_SUCH_DATABASE)
            || state.equals(REJECTED));
  }

  /** True for a failure that says that Postgres can't be reached, not that a query was wrong. */
  public static boolean isAway(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (saysAway(cause)) {
        return true;
      }
    }
    return false;
  }

  private static boolean saysAway(Throwable cause) {
    return switch (cause) {
      case PgException e -> AWAY_STATES.contains(e.getSqlState());
      case SQLException e -> {
        String state = e.getSQLState();
        yield state != null && (state.startsWith("08") || AWAY_STATES.contains(state));
      }
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
