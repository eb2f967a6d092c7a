package dev.switchboard.shared.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until a test moves it. It starts at the real time. */
public final class TestClock implements InstantSource {
  private final AtomicLong millis = new AtomicLong(System.currentTimeMillis());

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis.get());
  }

  /** Moves time on. */
  public void advance(Duration by) {
    millis.addAndGet(by.toMillis());
  }

  /** Sets the time, in milliseconds since the epoch. */
  public void set(long epochMillis) {
    millis.set(epochMillis);
  }
}
