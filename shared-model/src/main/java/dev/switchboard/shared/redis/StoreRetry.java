package dev.switchboard.shared.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/**
 * Repeats a request for a few seconds while its store is away, so that a client whose request meets
 * a failover notices nothing. Belongs to one loop.
 */
public final class StoreRetry {
  private static final long RETRIED_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long PAUSE_MILLIS = 250;

  private final Vertx vertx;

  public StoreRetry(Vertx vertx) {
    this.vertx = vertx;
  }

  /** A request; {@code inDoubt} if an earlier attempt had no answer and may be applied. */
  @FunctionalInterface
  public interface Attempt<T> {
    Future<T> run(boolean inDoubt);
  }

  /**
   * Repeats an attempt while the store is unavailable. Fails as one in doubt if any attempt is.
   *
   * @param sinceNanos when the client asked, as {@link System#nanoTime} tells it
   */
  public <T> Future<T> run(long sinceNanos, Attempt<T> attempt) {
    return run(sinceNanos + RETRIED_NANOS, attempt, false);
  }

  private <T> Future<T> run(long untilNanos, Attempt<T> attempt, boolean inDoubt) {
    return attempt
        .run(inDoubt)
        .recover(
            failure -> {
              boolean away = failure instanceof StoreUnavailableException;
              boolean doubt = inDoubt || InDoubtWrites.isInDoubt(failure);
              if (away && System.nanoTime() - untilNanos < 0) {
                return vertx.timer(PAUSE_MILLIS).compose(fired -> run(untilNanos, attempt, doubt));
              }
              return Future.failedFuture(
                  away && doubt ? StoreUnavailableException.inDoubt("Redis", failure) : failure);
            });
  }
}
