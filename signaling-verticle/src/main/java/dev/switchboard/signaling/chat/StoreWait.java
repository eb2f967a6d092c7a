package dev.switchboard.signaling.chat;

import dev.switchboard.shared.redis.LostAnswers;
import dev.switchboard.shared.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/**
 * Waits a few seconds for a store that is away, so that a member whose message meets a fail-over
 * notices nothing. Belongs to the loop of its edge.
 */
final class StoreWait {
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long PAUSE_MILLIS = 250;

  private final Vertx vertx;

  StoreWait(Vertx vertx) {
    this.vertx = vertx;
  }

  /** A request of the store; {@code inDoubt} if an earlier one had no answer and may be taken. */
  @FunctionalInterface
  interface Attempt<T> {
    Future<T> run(boolean inDoubt);
  }

  /**
   * Repeats an attempt while no store can be reached. Fails as one that may be taken if any attempt
   * may be.
   *
   * @param arrivedNanos when the event came, as {@link System#nanoTime} tells it
   */
  <T> Future<T> run(long arrivedNanos, Attempt<T> attempt) {
    return run(arrivedNanos + WAIT_NANOS, attempt, false);
  }

  private <T> Future<T> run(long untilNanos, Attempt<T> attempt, boolean inDoubt) {
    return attempt
        .run(inDoubt)
        .recover(
            failure -> {
              boolean goOn =
                  failure instanceof StoreUnavailableException
                      && System.nanoTime() - untilNanos < 0;
              boolean doubt = inDoubt || LostAnswers.mayBeTaken(failure);
              if (goOn) {
                return vertx.timer(PAUSE_MILLIS).compose(fired -> run(untilNanos, attempt, doubt));
              }
              return Future.failedFuture(
                  doubt && failure instanceof StoreUnavailableException
                      ? StoreUnavailableException.unanswered("Redis", failure)
                      : failure);
            });
  }
}
