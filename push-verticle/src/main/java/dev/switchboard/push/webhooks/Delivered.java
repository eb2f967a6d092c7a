package dev.switchboard.push.webhooks;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of an attempt. */
sealed interface Delivered {
  /** The receiver has it. */
  record Taken() implements Delivered {}

  /**
   * The receiver is there and does not want this event.
   *
   * @param retryAfter how long it wants to be left alone with it; null if it says nothing
   */
  record Refused(String reason, @Nullable Duration retryAfter) implements Delivered {}

  /**
   * The receiver takes nothing at present, whatever it is.
   *
   * @param why for metrics: {@code status}, {@code timeout}, {@code connection} or {@code
   *     forbidden}
   */
  record Away(String why, String reason, @Nullable Duration retryAfter) implements Delivered {}
}
