package dev.switchboard.push.send;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A provider's answer to a push to one device. A failed future means that there was none
 * (transport, time-out), and counts as {@link Unavailable}.
 */
public sealed interface Outcome {
  /** The provider has taken it, under an id of its own (its message's name or address). */
  record Accepted(String providerId) implements Outcome {}

  /**
   * The provider refuses it and would again: a mistake of ours or of its configuration.
   *
   * @param tooLarge true if less of it would perhaps be taken
   */
  record Rejected(String reason, boolean tooLarge) implements Outcome {
    /** Whatever its size. */
    public Rejected(String reason) {
      this(reason, false);
    }
  }

  /**
   * The provider calls the device gone.
   *
   * @param since when it was found gone; the time of the attempt where the provider gives none
   */
  record Gone(String reason, Instant since, Kind kind) implements Outcome {}

  /**
   * The provider can't take it now: throttled, a server error, an expired provider token.
   *
   * @param retryAfter how long the provider asks to wait; null if it does not, zero if it was not
   *     asked at all
   */
  record Unavailable(String reason, @Nullable Duration retryAfter) implements Outcome {}

  /** How sure it is that a device is gone. */
  enum Kind {
    CERTAIN,
    /**
     * A wrong environment or project has the same answer for every device, so others must be
     * accepted.
     */
    NEEDS_CORROBORATION
  }
}
