package dev.switchboard.push.fcm;

import dev.switchboard.push.send.Outcome;
import java.time.Duration;

/**
 * What an answer means is clear already. Unchecked, so that it passes through Google's libraries,
 * which would try again by themselves up to four times.
 */
final class AnsweredException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // never serialized
  private final Outcome outcome;

  private final boolean ofOurKey;

  /**
   * Makes one.
   *
   * @param ofOurKey true if it is our account that is refused, whatever is sent
   */
  AnsweredException(Outcome outcome, boolean ofOurKey) {
    super(outcome.toString(), null, false, false);
    this.outcome = outcome;
    this.ofOurKey = ofOurKey;
  }

  /** What may be tried again, and says nothing of our account. */
  static AnsweredException unavailable(String reason) {
    return new AnsweredException(new Outcome.Unavailable(reason, null), false);
  }

  /** The same, and soon: FCM was not asked yet. */
  static AnsweredException notAsked(String reason) {
    return new AnsweredException(new Outcome.Unavailable(reason, Duration.ZERO), false);
  }

  Outcome outcome() {
    return outcome;
  }

  boolean isOfOurKey() {
    return ofOurKey;
  }
}
