package dev.switchboard.deploy;

import dev.switchboard.shared.metrics.MetricNames;
import dev.switchboard.shared.postgres.PostgresPool;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.schedule.PeriodicTask;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once a second whether the stores serve, so that health never waits for them: whether they
 * may be written to, not only whether they answer.
 */
final class StoreProbe extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(StoreProbe.class);
  private static final long PAUSE_MILLIS = 1_000;
  private static final long ANSWER_MILLIS = 900;

  private final Supplier<RedisLink> links;
  private final Optional<Supplier<RedisLink>> chatLinks;
  private final PostgresPool postgres;
  private final List<RedisLink> opened = new ArrayList<>();
  private final RedisRights rights = new RedisRights();
  private final RedisRights chatRights = new RedisRights();
  private final Watched redis = new Watched("Redis");
  private final Watched chatRedis = new Watched("the chat's Redis");
  private final Watched database = new Watched("Postgres");
  private @Nullable PeriodicTask task;
  private volatile boolean migrated;

  /** Whether one of them serves; a refusal is logged once, and its end. */
  private static final class Watched {
    private final String name;
    private volatile boolean up;
    private int silences;
    private boolean refused;

    Watched(String name) {
      this.name = name;
    }

    /** True once it has left two looks in a row without an answer: one may have come too late. */
    boolean isSilent() {
      return silences > 1;
    }

    void serves() {
      up = true;
      silences = 0;
      if (refused) {
        refused = false;
        log.info("{} serves again", name);
      }
    }

    void fails(Throwable failure) {
      up = false;
      silences = failure instanceof TimeoutException ? silences + 1 : 0;
      Throwable cause = failure.getCause() == null ? failure : failure.getCause();
      if (!refused && (cause instanceof ErrorType || cause instanceof ReadOnlyException)) {
        refused = true;
        log.warn("{} does not serve: {}", name, cause.getMessage());
      }
    }
  }

  /** Postgres answers and takes no writes. */
  private static final class ReadOnlyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReadOnlyException() {
      super("it is read-only", null, false, false);
    }
  }

  /**
   * @param chatLinks of the chat's own Redis, where there is one
   * @param postgres is told when it leaves looks without an answer, so that nobody waits for one
   */
  StoreProbe(
      Supplier<RedisLink> links,
      Optional<Supplier<RedisLink>> chatLinks,
      PostgresPool postgres,
      MeterRegistry meters) {
    this.links = links;
    this.chatLinks = chatLinks;
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
    opened.add(link);
    Optional<RedisLink> chat = chatLinks.map(Supplier::get);
    chat.ifPresentOrElse(opened::add, chatRedis::serves);
    Future<?> tried = Future.join(opened.stream().map(RedisLink::ready).toList());
    Promise<Void> looked = Promise.promise();
    task =
        PeriodicTask.start(
            vertx,
            "Looking at the stores",
            PAUSE_MILLIS,
            () ->
                tried
                    .transform(ready -> look(link, chat))
                    .onComplete(first -> looked.tryComplete()));
    return looked.future();
  }

  private Future<Void> look(RedisLink link, Optional<RedisLink> chat) {
    List<Future<Void>> looks = new ArrayList<>();
    looks.add(watch(redis, link.tryOut().compose(serves -> rights.look(link))));
    looks.add(
        watch(database, mayBeWritten()).onSuccess(looked -> postgres.isAway(database.isSilent())));
    chat.ifPresent(
        its -> looks.add(watch(chatRedis, its.tryOut().compose(serves -> chatRights.look(its)))));
    return Future.all(looks).mapEmpty();
  }

  private static Future<Void> watch(Watched store, Future<?> look) {
    return look.timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .transform(
            answer -> {
              if (answer.succeeded()) {
                store.serves();
              } else {
                store.fails(answer.cause());
              }
              return Future.succeededFuture();
            });
  }

  private Future<Void> mayBeWritten() {
    return postgres
        .regardless()
        .query("SHOW transaction_read_only")
        .execute()
        .compose(
            rows -> {
              if ("off".equals(rows.iterator().next().getString(0))) {
                return Future.succeededFuture();
              }
              postgres.renew(); // new connections find the primary
              return Future.failedFuture(new ReadOnlyException());
            });
  }

  /** True if Redis served a moment ago. Any thread. */
  boolean redisUp() {
    return redis.up;
  }

  /** True if the chat's own Redis served a moment ago, or there is none. Any thread. */
  boolean chatRedisUp() {
    return chatRedis.up;
  }

  /** True if Postgres served a moment ago and its schema is up to date. Any thread. */
  boolean postgresUp() {
    return database.up && migrated;
  }

  /** Says that the schema is up to date. */
  void schemaIsCurrent() {
    migrated = true;
  }

  @Override
  public Future<?> stop() {
    Future<Void> ended = task == null ? Future.succeededFuture() : task.stop();
    return ended.compose(last -> Future.join(opened.stream().map(RedisLink::close).toList()));
  }
}
