package dev.switchboard.shared.redis;

import dev.switchboard.shared.schedule.PeriodicTask;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time of day as Redis has it, so that all nodes share one, however their machines' clocks are
 * set. It looks once a second and goes by the machine's monotonic clock in between, also while
 * Redis is away; until Redis has first answered it says what the machine's clock said when it was
 * made. It moves no further than an answer demands, so that it differs from Redis's clock by less
 * than a request takes, and goes back only where that does. The time may be read on any thread.
 */
public final class RedisClock extends VerticleBase implements InstantSource {
  private static final Logger log = LoggerFactory.getLogger(RedisClock.class);
  private static final long PAUSE_MILLIS = 1_000;
  private static final long NANOS = 1_000_000_000;

  /** What is a matter of course between two machines. */
  private static final Duration WORTH_TELLING = Duration.ofSeconds(2);

  private final Supplier<RedisLink> links;
  private final InstantSource machine;
  private final LongSupplier monotonic;

  /** How far the time of day, in nanoseconds since 1970, is ahead of the monotonic clock. */
  private final AtomicLong ahead;

  private @Nullable RedisLink link;
  private @Nullable PeriodicTask task;
  private boolean told;

  /** A clock that looks over a link of its own once it is deployed. */
  public RedisClock(Supplier<RedisLink> links) {
    this(links, InstantSource.system(), System::nanoTime);
  }

  RedisClock(Supplier<RedisLink> links, InstantSource machine, LongSupplier monotonic) {
    this.links = links;
    this.machine = machine;
    this.monotonic = monotonic;
    this.ahead = new AtomicLong(nanos(machine.instant()) - monotonic.getAsLong());
  }

  private static long nanos(Instant instant) {
    return instant.getEpochSecond() * NANOS + instant.getNano();
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochSecond(0, monotonic.getAsLong() + ahead.get());
  }

  @Override
  public long millis() {
    return Math.floorDiv(monotonic.getAsLong() + ahead.get(), 1_000_000);
  }

  /** Completes when Redis has told the time, or could not. */
  @Override
  public Future<?> start() {
    RedisLink opened = links.get();
    link = opened;
    Promise<Void> looked = Promise.promise();
    task =
        PeriodicTask.start(
            vertx,
            "Asking Redis for the time",
            PAUSE_MILLIS,
            () -> look(opened).onComplete(first -> looked.tryComplete()));
    return looked.future();
  }

  /** Who asks for a connection says that Redis is away, and that it is back. */
  private Future<Void> look(RedisLink opened) {
    return opened
        .ready()
        .compose(
            ready -> {
              long asked = monotonic.getAsLong();
              return opened
                  .send(Request.cmd(Command.TIME))
                  .map(
                      answer -> {
                        if (answer != null) {
                          heard(time(answer), asked, monotonic.getAsLong());
                        }
                        return (Void) null;
                      });
            })
        .otherwiseEmpty();
  }

  /** Seconds and microseconds. */
  private static long time(Response answer) {
    return answer.get(0).toLong() * NANOS + answer.get(1).toLong() * 1_000;
  }

  /** Takes note of a time that Redis had at some moment between two of the monotonic clock. */
  void heard(long redisNanos, long askedNanos, long answeredNanos) {
    long before = ahead.get();
    long after = Math.clamp(before, redisNanos - answeredNanos, redisNanos - askedNanos);
    ahead.set(after);
    Duration off = Duration.between(instant(), machine.instant());
    boolean far = off.abs().compareTo(WORTH_TELLING) > 0;
    if (far && !told) {
      log.warn(
          "the clock of this machine is {} s {} that of Redis, which counts",
          off.abs().toSeconds(),
          off.isNegative() ? "behind" : "ahead of");
    }
    told = far;
  }

  @Override
  public Future<?> stop() {
    PeriodicTask looking = task;
    RedisLink opened = link;
    Future<Void> ended = looking == null ? Future.succeededFuture() : looking.stop();
    return opened == null ? ended : ended.eventually(opened::close);
  }
}
