package dev.switchboard.shared.testing;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits that end: for a future, or for something to become true. */
public final class Await {
  private static final long LOOK_NANOS = Duration.ofMillis(5).toNanos();
  private static final long DEFAULT_SECONDS = 10;

  private Await() {}

  /** The result of a future, which must come within 10 seconds. Throws the future's failure. */
  public static <T> T await(Future<T> future) {
    return await(future, DEFAULT_SECONDS);
  }

  /** The result of a future, which must come in time. Throws the future's failure. */
  public static <T> T await(Future<T> future, long seconds) {
    try {
      return future.await(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("not completed within " + seconds + " s", e);
    }
  }

  /** The failure of a future, which must fail within 10 seconds. */
  public static Throwable failure(Future<?> future) {
    return await(
        future.transform(
            result ->
                result.failed()
                    ? Future.succeededFuture(result.cause())
                    : Future.failedFuture(
                        new AssertionError("succeeded with " + result.result()))));
  }

  /** Waits until a condition holds, at most 10 seconds. */
  public static void until(BooleanSupplier condition) {
    until(condition, DEFAULT_SECONDS);
  }

  /** Waits until a condition holds, looking every few milliseconds. */
  public static void until(BooleanSupplier condition, long seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("did not become true within " + seconds + " s");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
