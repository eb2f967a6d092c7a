package dev.switchboard.push.webhooks;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether the receiver takes events, as far as this node knows. One that does not is asked by a
 * single event from time to time, so that a day's events are not each tried in vain. Pure.
 */
final class ReceiverState {
  /** Attempts under way at once on a node. */
  static final int AT_A_TIME = 32;

  private static final int DOWN_AFTER = 5;
  private static final long FIRST_PAUSE_MILLIS = 1_000;
  private static final long LONGEST_PAUSE_MILLIS = 30_000;
  private static final long LONGEST_ASKED_MILLIS = Duration.ofHours(1).toMillis();
  private static final int MOST_DOUBLINGS = 6;

  private int failures;
  private long notBefore;

  /** How many more attempts may begin. */
  int allowed(long nowMillis, int underWay) {
    if (nowMillis < notBefore) {
      return 0;
    }
    int most = isDown() ? 1 : AT_A_TIME;
    return Math.max(0, most - underWay);
  }

  /** True once several attempts in a row have failed. */
  boolean isDown() {
    return failures >= DOWN_AFTER;
  }

  /** It has answered; true if it was down. */
  boolean answered() {
    boolean wasDown = isDown();
    failures = 0;
    if (wasDown) {
      notBefore = 0; // else it is what the receiver has asked for
    }
    return wasDown;
  }

  /** It takes nothing; true if it is down from now on. */
  boolean failed(long nowMillis, @Nullable Duration retryAfter) {
    failures++;
    if (isDown()) {
      int doublings = Math.min(MOST_DOUBLINGS, failures - DOWN_AFTER);
      long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << doublings);
      notBefore = Math.max(notBefore, nowMillis + pause);
    }
    if (retryAfter != null) {
      long asked = Math.min(LONGEST_ASKED_MILLIS, retryAfter.toMillis());
      notBefore = Math.max(notBefore, nowMillis + asked);
    }
    return failures == DOWN_AFTER;
  }
}
