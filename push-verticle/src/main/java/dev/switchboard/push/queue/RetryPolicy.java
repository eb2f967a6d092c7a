package dev.switchboard.push.queue;

import dev.switchboard.shared.push.Cause;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When an attempt without success is followed by another: three times, after 1, 2 and 4 seconds and
 * up to half as much again; with FCM after ten times as long, as Google asks, unless a ring has
 * less left or FCM was not asked at all. Pure.
 */
final class RetryPolicy {
  static final int MOST_ATTEMPTS = 4;
  private static final long FIRST_MILLIS = 1_000;
  private static final long FIRST_FCM_MILLIS = 10_000;

  /** What follows. */
  sealed interface Next {
    /** Another attempt, at a time in milliseconds since the epoch. */
    record Again(long at) implements Next {}

    /** Its retries are used up. */
    record Exhausted() implements Next {}

    /** It has expired by the time of the next attempt. */
    record TooLate() implements Next {}
  }

  private RetryPolicy() {}

  /**
   * Decides.
   *
   * @param attempts how many were made, the last included
   * @param retryAfter what the provider asked for; null for nothing, zero if it was not asked
   * @param random from 0 up to 1
   */
  static Next next(
      Cause cause,
      String deviceType,
      int attempts,
      @Nullable Duration retryAfter,
      long nowMillis,
      long deadlineMillis,
      double random) {
    if (attempts >= MOST_ATTEMPTS) {
      return new Next.Exhausted();
    }
    double growth = (1L << (attempts - 1)) * (1 + random / 2);
    boolean asksForPatience = isFcm(deviceType) && !Duration.ZERO.equals(retryAfter);
    long wanted = (long) ((asksForPatience ? FIRST_FCM_MILLIS : FIRST_MILLIS) * growth);
    if (cause == Cause.INCOMING_CALL && nowMillis + wanted >= deadlineMillis) {
      wanted = (long) (FIRST_MILLIS * growth);
    }
    long asked = retryAfter == null ? 0 : retryAfter.toMillis();
    long at = nowMillis + Math.max(wanted, asked);
    return at < deadlineMillis ? new Next.Again(at) : new Next.TooLate();
  }

  private static boolean isFcm(String deviceType) {
    return deviceType.startsWith("fcm");
  }
}
