package dev.switchboard.shared.http;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts uses in this process alone: what limits fall back to with Redis away, and what is too
 * frequent to ask Redis for. Used on any thread.
 */
public final class LocalLimits {
  private static final int SWEEP_AT = 10_000;
  private static final long SWEEP_MILLIS = 1_000;

  private record Window(long used, long endMillis) {}

  private final Map<String, Window> windows = new ConcurrentHashMap<>();
  private final InstantSource clock;
  private final AtomicLong sweptAt = new AtomicLong();

  public LocalLimits(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Counts one use. Answers 0 if it is allowed, else after how many milliseconds to try again.
   *
   * @param max uses in a window, which begins with the first
   */
  public long use(String key, long max, long windowMillis) {
    long now = clock.millis();
    // Not at each use: a flood from many addresses would have all of them looked at each time.
    long swept = sweptAt.get();
    if (windows.size() > SWEEP_AT
        && now - swept >= SWEEP_MILLIS
        && sweptAt.compareAndSet(swept, now)) {
      windows.values().removeIf(window -> window.endMillis <= now);
    }
    Window window =
        windows.merge(
            key,
            new Window(1, now + windowMillis),
            (old, fresh) -> old.endMillis <= now ? fresh : new Window(old.used + 1, old.endMillis));
    return window.used <= max ? 0 : Math.max(1, window.endMillis - now);
  }
}
