package dev.switchboard.shared.http;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts uses in this process alone: what limits fall back to with Redis away. */
final class LocalLimits {
  private static final int SWEEP_AT = 10_000;

  private record Window(long used, long endMillis) {}

  private final Map<String, Window> windows = new ConcurrentHashMap<>();
  private final InstantSource clock;

  LocalLimits(InstantSource clock) {
    this.clock = clock;
  }

  long use(String key, long max, long windowMillis) {
    long now = clock.millis();
    if (windows.size() > SWEEP_AT) {
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
