package dev.switchboard.deploy;

import dev.switchboard.shared.metrics.MetricNames;
import dev.switchboard.shared.redis.RedisLink;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.Pool;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks once a second whether the stores are there, so that health never waits for them. */
final class StoreProbe extends VerticleBase {
  private static final long PERIOD_MILLIS = 1_000;
  private static final long ANSWER_MILLIS = 900;

  private final Supplier<RedisLink> links;
  private final Pool postgres;
  private @Nullable RedisLink redis;
  private volatile boolean redisUp;
  private volatile boolean postgresUp;
  private volatile boolean migrated;

  StoreProbe(Supplier<RedisLink> links, Pool postgres, MeterRegistry meters) {
    this.links = links;
    this.postgres = postgres;
    gauge(meters, "redis", this::redisUp);
    gauge(meters, "postgres", this::postgresUp);
  }

  private static void gauge(MeterRegistry meters, String store, BooleanSupplier up) {
    Gauge.builder(MetricNames.STORE_UP, () -> up.getAsBoolean() ? 1 : 0)
        .description("1 while the store answers, 0 while it is away")
        .tag("store", store)
        .register(meters);
  }

  @Override
  public Future<?> start() {
    RedisLink link = links.get();
    redis = link;
    vertx.setPeriodic(PERIOD_MILLIS, id -> look(link));
    return link.ready().transform(tried -> look(link));
  }

  private Future<Void> look(RedisLink link) {
    Future<Void> one =
        link.send(Request.cmd(Command.PING))
            .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
            .transform(
                answer -> {
                  redisUp = answer.succeeded();
                  return Future.succeededFuture();
                });
    Future<Void> other =
        postgres
            .query("SELECT 1")
            .execute()
            .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
            .transform(
                answer -> {
                  postgresUp = answer.succeeded();
                  return Future.succeededFuture();
                });
    return Future.all(one, other).mapEmpty();
  }

  /** True if Redis answered a moment ago. Any thread. */
  boolean redisUp() {
    return redisUp;
  }

  /** True if Postgres answered a moment ago and its schema is up to date. Any thread. */
  boolean postgresUp() {
    return postgresUp && migrated;
  }

  /** Says that the schema is up to date. */
  void schemaIsCurrent() {
    migrated = true;
  }

  @Override
  public Future<?> stop() {
    RedisLink link = redis;
    return link == null ? Future.succeededFuture() : link.close();
  }
}
