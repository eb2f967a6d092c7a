package dev.switchboard.shared.redis;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once for all links of a process that Redis is away, and that it is back. Any thread. */
final class RedisOutage {
  private static final Logger log = LoggerFactory.getLogger(RedisLink.class);

  private final AtomicInteger links = new AtomicInteger();
  private final AtomicBoolean reasonTold = new AtomicBoolean();
  private final boolean told;

  RedisOutage(boolean told) {
    this.told = told;
  }

  /** A link has lost it. */
  void begins(@Nullable Throwable cause) {
    if (links.getAndIncrement() == 0 && told) {
      reasonTold.set(isReason(cause));
      log.warn("Redis is away: {}", cause == null ? "connection ended" : cause.getMessage());
    }
  }

  /**
   * A link that has lost it could not have it back; what Redis itself says to that is the reason.
   */
  void goesOn(Throwable cause) {
    if (told && isReason(cause) && reasonTold.compareAndSet(false, true)) {
      log.warn("Redis is away: {}", cause.getMessage());
    }
  }

  private static boolean isReason(@Nullable Throwable cause) {
    return RedisRefusal.of(cause).isPresent();
  }

  /** A link that had lost it has it back, or is given up. */
  void ends(boolean back) {
    if (links.decrementAndGet() == 0 && back && told) {
      log.info("Redis is back");
    }
  }
}
