package dev.switchboard.push.apns;

import dev.switchboard.push.send.Outcome;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/**
 * What an answer of APNs means. Pure. ("Handling notification responses from APNs": 410 and
 * ExpiredToken have the time; BadDeviceToken is also what every token of the other environment
 * gets.)
 */
final class ApnsAnswers {
  private static final String BAD_TOKEN = "BadDeviceToken";
  private static final int GONE = 410;
  private static final int TOO_LARGE = 413;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;

  private static final Set<String> OF_OUR_KEY =
      Set.of(
          "InvalidProviderToken",
          "MissingProviderToken",
          "BadCertificate",
          "BadCertificateEnvironment",
          "BadEnvironmentKeyInToken",
          "BadEnvironmentKeyIdInToken");

  private ApnsAnswers() {}

  /**
   * Reads an answer.
   *
   * @param ours the id that it was sent under
   * @param begun when the attempt was begun
   */
  static Outcome read(ApnsAnswer answer, UUID ours, Instant begun) {
    if (answer.isAccepted()) {
      // ours comes back; a relay in between may leave it out
      return new Outcome.Accepted(String.valueOf(answer.apnsId() == null ? ours : answer.apnsId()));
    }
    String reason = answer.reason() == null ? "status " + answer.status() : answer.reason();
    Instant since = answer.since() == null ? begun : answer.since();
    return switch (reason) {
      case "Unregistered", "ExpiredToken" -> new Outcome.Gone(reason, since, Outcome.Kind.CERTAIN);
      case BAD_TOKEN -> new Outcome.Gone(reason, since, Outcome.Kind.NEEDS_CORROBORATION);
      case "ExpiredProviderToken",
          "TooManyRequests",
          "TooManyProviderTokenUpdates",
          "InternalServerError",
          "ServiceUnavailable",
          "Shutdown",
          "IdleTimeout" ->
          new Outcome.Unavailable(reason, answer.retryAfter());
      case "PayloadTooLarge" -> new Outcome.Rejected(reason, true);
      default -> byStatus(answer, reason, since);
    };
  }

  /** True for what a token of the other environment gets, like one that is none. */
  static boolean mayBeOfOtherEnvironment(Outcome outcome) {
    return outcome instanceof Outcome.Gone gone && gone.reason().equals(BAD_TOKEN);
  }

  /** True for what an environment only answers of tokens that are, or were, its own. */
  static boolean knowsToken(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Accepted _ -> true;
      case Outcome.Gone gone -> !gone.reason().equals(BAD_TOKEN);
      case Outcome.Rejected refused -> !isOfOurKey(refused.reason());
      case Outcome.Unavailable _ -> false;
    };
  }

  /** True for what APNs answers to every push as long as our key or certificate is not right. */
  static boolean isOfOurKey(String reason) {
    return OF_OUR_KEY.contains(reason);
  }

  private static Outcome byStatus(ApnsAnswer answer, String reason, Instant since) {
    int status = answer.status();
    if (status == GONE) {
      return new Outcome.Gone(reason, since, Outcome.Kind.CERTAIN);
    }
    return status == TOO_MANY || status >= SERVER_ERROR
        ? new Outcome.Unavailable(reason, answer.retryAfter())
        : new Outcome.Rejected(reason, status == TOO_LARGE);
  }
}
