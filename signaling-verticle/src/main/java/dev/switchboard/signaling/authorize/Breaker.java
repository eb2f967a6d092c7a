package dev.switchboard.signaling.authorize;

import java.util.concurrent.TimeUnit;

/**
 * Spares calls the wait for a service that does not answer: after some failures in a row nobody
 * asks for a while, then one call does. Pure.
 */
final class Breaker {
  static final long OPEN_NANOS = TimeUnit.SECONDS.toNanos(2);
  static final int FAILURES = 5;

  private int failures;
  private long openUntil;

  /** True if a call may ask. */
  boolean lets(long nowNanos) {
    if (failures < FAILURES) {
      return true;
    }
    if (nowNanos - openUntil < 0) {
      return false;
    }
    openUntil = nowNanos + OPEN_NANOS; // the others wait for what this one hears
    return true;
  }

  void answered() {
    failures = 0;
  }

  /** True if it opens by this. */
  boolean failed(long nowNanos) {
    failures++;
    if (failures >= FAILURES) {
      openUntil = nowNanos + OPEN_NANOS;
    }
    return failures == FAILURES;
  }
}
