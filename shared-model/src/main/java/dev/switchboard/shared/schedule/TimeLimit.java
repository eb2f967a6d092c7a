package dev.switchboard.shared.schedule;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeoutException;

/**
 * Bounds futures in time on the event loop that asks. {@link Future#timeout} of a future that
 * belongs to no context fires on a thread of Netty's that all of the process shares, and what
 * listens then runs there instead of on the loop that it belongs to.
 */
public final class TimeLimit {
  private TimeLimit() {}

  /**
   * As the future, or failed with a {@link TimeoutException} on the calling event loop if that
   * takes longer. What the future stands for goes on.
   */
  public static <T> Future<T> of(Vertx vertx, long millis, Future<T> future) {
    Promise<T> bounded = Promise.promise();
    long timer =
        vertx.setTimer(
            millis,
            id -> bounded.tryFail(new TimeoutException("not completed within " + millis + " ms")));
    future.onComplete(
        value -> {
          vertx.cancelTimer(timer);
          bounded.tryComplete(value);
        },
        failure -> {
          vertx.cancelTimer(timer);
          bounded.tryFail(failure);
        });
    return bounded.future();
  }
}
