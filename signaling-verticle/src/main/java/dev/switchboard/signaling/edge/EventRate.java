package dev.switchboard.signaling.edge;

import java.util.function.LongConsumer;

/** A token bucket: so many events a second, with bursts. Belongs to one socket's loop. */
public final class EventRate {
  private static final double NANOS = 1e9;

  private final int perSecond;
  private final int burst;
  private double left;
  private long lastNanos;
  private int refused;

  /** {@code perSecond} 0 lets everything pass. */
  public EventRate(int perSecond, int burst, long nowNanos) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.left = burst;
    this.lastNanos = nowNanos;
  }

  /**
   * Takes one event: true if it passes. Else it is refused, with the milliseconds after which the
   * next may pass, or the client, which has been refused as often as a whole burst, is cut off.
   */
  public boolean pass(LongConsumer refuse, Runnable cutOff) {
    long retryAfter = take(System.nanoTime());
    if (retryAfter > 0) {
      if (isFlooding()) {
        cutOff.run();
      } else {
        refuse.accept(retryAfter);
      }
    }
    return retryAfter == 0;
  }

  /** Takes one event; 0 if it may pass, else after how many milliseconds the next one may. */
  public long take(long nowNanos) {
    if (perSecond == 0) {
      return 0;
    }
    left = Math.min(burst, left + (nowNanos - lastNanos) / NANOS * perSecond);
    lastNanos = nowNanos;
    if (left >= 1) {
      left -= 1;
      if (left > burst / 2.0) {
        refused = 0;
      }
      return 0;
    }
    refused++;
    return (long) Math.ceil((1 - left) / perSecond * 1000);
  }

  /** True for a socket that keeps on although it has been refused as often as a whole burst. */
  public boolean isFlooding() {
    return refused > burst;
  }
}
