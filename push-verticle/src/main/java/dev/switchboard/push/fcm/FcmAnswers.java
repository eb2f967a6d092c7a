package dev.switchboard.push.fcm;

import com.google.firebase.messaging.FirebaseMessagingException;
import com.google.firebase.messaging.MessagingErrorCode;
import dev.switchboard.push.send.Outcome;
import java.time.Instant;
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
      case BusyException busy ->
          new Outcome.Unavailable(String.valueOf(busy.getMessage()), busy.retryAfter());
      case FirebaseMessagingException error -> read(error, begun);
      case IllegalArgumentException unfit -> new Outcome.Rejected("not a valid message");
      default -> new Outcome.Unavailable(failure.getClass().getSimpleName(), null);
    };
  }

  private static Outcome read(FirebaseMessagingException error, Instant begun) {
    BusyException busy = busyWithin(error);
    if (busy != null) {
      return read(busy, begun);
    }
    MessagingErrorCode code = error.getMessagingErrorCode();
    return switch (code) {
      case UNREGISTERED -> new Outcome.Gone(code.name(), begun, Outcome.Kind.CERTAIN);
      case SENDER_ID_MISMATCH ->
          new Outcome.Gone(code.name(), begun, Outcome.Kind.NEEDS_CORROBORATION);
      case QUOTA_EXCEEDED, UNAVAILABLE, INTERNAL -> new Outcome.Unavailable(code.name(), null);
      case INVALID_ARGUMENT, THIRD_PARTY_AUTH_ERROR -> new Outcome.Rejected(code.name());
      case null ->
          error.getHttpResponse() == null
              ? new Outcome.Unavailable(error.getErrorCode().name(), null)
              : new Outcome.Rejected(error.getErrorCode().name());
    };
  }

  /** The OAuth library wraps what its transport throws. */
  private static @Nullable BusyException busyWithin(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BusyException busy) {
        return busy;
      }
    }
    return null;
  }
}
