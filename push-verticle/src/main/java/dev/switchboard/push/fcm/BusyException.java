package dev.switchboard.push.fcm;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Google answered 429 or 5xx. Unchecked, so that it passes through firebase-admin, which would try
 * again by itself up to four times.
 */
final class BusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // never serialized
  private final @Nullable Duration retryAfter;

  BusyException(int status, @Nullable Duration retryAfter) {
    super("status " + status, null, false, false);
    this.retryAfter = retryAfter;
  }

  @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
