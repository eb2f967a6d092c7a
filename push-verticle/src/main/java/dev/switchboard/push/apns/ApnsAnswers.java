package dev.switchboard.push.apns;

import com.eatthepath.pushy.apns.PushNotificationResponse;
import dev.switchboard.push.send.Outcome;
import java.time.Instant;
import java.util.UUID;

/**
 * What an answer of APNs means. Pure. ("Handling notification responses from APNs": 410 and
 * ExpiredToken tell since when; BadDeviceToken is also what every token of the other environment
 * gets.)
 */
final class ApnsAnswers {
  private static final int GONE = 410;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;

  private ApnsAnswers() {}

  /**
   * Reads an answer.
   *
   * @param begun when the attempt was begun
   */
  static Outcome read(PushNotificationResponse<?> answer, Instant begun) {
    if (answer.isAccepted()) {
      UUID given = answer.getApnsId();
      UUID ours = answer.getPushNotification().getApnsId();
      // ours comes back; a relay in between may leave it out
      return new Outcome.Accepted(String.valueOf(given == null ? ours : given));
    }
    String reason = answer.getRejectionReason().orElse("status " + answer.getStatusCode());
    Instant since = answer.getTokenInvalidationTimestamp().orElse(begun);
    return switch (reason) {
      case "Unregistered", "ExpiredToken" -> new Outcome.Gone(reason, since, Outcome.Kind.CERTAIN);
      case "BadDeviceToken" -> new Outcome.Gone(reason, since, Outcome.Kind.NEEDS_CORROBORATION);
      case "ExpiredProviderToken",
          "TooManyRequests",
          "TooManyProviderTokenUpdates",
          "InternalServerError",
          "ServiceUnavailable",
          "Shutdown",
          "IdleTimeout" ->
          new Outcome.Unavailable(reason, null);
      default -> byStatus(answer.getStatusCode(), reason, since);
    };
  }

  private static Outcome byStatus(int status, String reason, Instant since) {
    if (status == GONE) {
      return new Outcome.Gone(reason, since, Outcome.Kind.CERTAIN);
    }
    return status == TOO_MANY || status >= SERVER_ERROR
        ? new Outcome.Unavailable(reason, null)
        : new Outcome.Rejected(reason);
  }
}
