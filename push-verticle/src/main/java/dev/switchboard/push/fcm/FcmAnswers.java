package dev.switchboard.push.fcm;

import com.google.firebase.messaging.FirebaseMessagingException;
import com.google.firebase.messaging.MessagingErrorCode;
import dev.switchboard.push.send.Outcome;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an error of FCM means. Pure. */
final class FcmAnswers {
  private FcmAnswers() {}

  /**
   * Reads an error.
   *
   * @param begun when the attempt was begun
   */
  static Outcome read(Throwable failure, Instant begun) {
    return switch (failure) {
      case AnsweredException clear -> clear.outcome();
      case FirebaseMessagingException error -> read(error, begun);
      default -> {
        AnsweredException clear = answered(failure);
        yield clear == null
            ? new Outcome.Unavailable(failure.getClass().getSimpleName(), null)
            : clear.outcome();
      }
    };
  }

  private static Outcome read(FirebaseMessagingException error, Instant begun) {
    AnsweredException clear = answered(error);
    if (clear != null) {
      return clear.outcome();
    }
    MessagingErrorCode code = error.getMessagingErrorCode();
    return switch (code) {
      case UNREGISTERED -> new Outcome.Gone(code.name(), begun, Outcome.Kind.CERTAIN);
      case SENDER_ID_MISMATCH ->
          new Outcome.Gone(code.name(), begun, Outcome.Kind.NEEDS_CORROBORATION);
      case QUOTA_EXCEEDED, UNAVAILABLE, INTERNAL -> new Outcome.Unavailable(code.name(), null);
      case INVALID_ARGUMENT -> new Outcome.Rejected(code.name(), isOfSize(error.getMessage()));
      case THIRD_PARTY_AUTH_ERROR -> new Outcome.Rejected(code.name());
      case null ->
          error.getHttpResponse() == null
              ? new Outcome.Unavailable(error.getErrorCode().name(), null)
              : new Outcome.Rejected(error.getErrorCode().name());
    };
  }

  private static boolean isOfSize(@Nullable String message) {
    String words = String.valueOf(message).toLowerCase(Locale.ROOT);
    return words.contains("too big") || words.contains("too large");
  }

  /** The OAuth library wraps what its transport throws. */
  static @Nullable AnsweredException answered(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AnsweredException clear) {
        return clear;
      }
    }
    return null;
  }
}
