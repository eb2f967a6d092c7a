package dev.switchboard.push.webhooks;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** When an event that was not taken is tried again, and when no more. Pure. */
final class BackOff {
  /** For how long an event is tried. */
  static final Duration LIFE = Duration.ofHours(24);

  private static final long FIRST_MILLIS = 1_000;
  private static final long LONGEST_MILLIS = Duration.ofMinutes(10).toMillis();
  private static final int MOST_DOUBLINGS = 10;

  private BackOff() {}

  /**
   * How long to wait, in milliseconds: twice as long after each attempt, up to 10 minutes, a fifth
   * of it by chance, so that what failed together is not tried together; longer if the receiver
   * asks for it.
   *
   * @param attempts how many there were, 1 after the first
   * @param chance from 0 up to 1
   */
  static long waitMillis(int attempts, double chance, @Nullable Duration retryAfter) {
    long doubled = FIRST_MILLIS << Math.min(MOST_DOUBLINGS, Math.max(0, attempts - 1));
    long wait = Math.min(LONGEST_MILLIS, doubled);
    long spread = Math.round(wait * (0.8 + 0.2 * chance));
    long asked = retryAfter == null ? 0 : Math.min(retryAfter.toMillis(), LIFE.toMillis());
    return Math.max(spread, asked);
  }

  /** True for an event that has been tried for long enough. */
  static boolean isOver(long filedAtMillis, long nowMillis) {
    return nowMillis - filedAtMillis >= LIFE.toMillis();
  }
}
