package dev.switchboard.push.apns;

import com.eatthepath.pushy.apns.PushNotificationResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What APNs answered.
 *
 * @param apnsId null where it names none
 * @param reason why it refuses; null where it takes it, or does not say
 * @param since when it found the token gone; null where it does not say
 * @param retryAfter how long it asks to wait; null where it does not
 */
record ApnsAnswer(
    int status,
    @Nullable UUID apnsId,
    @Nullable String reason,
    @Nullable Instant since,
    @Nullable Duration retryAfter) {
  private static final int OK = 200;

  static ApnsAnswer of(PushNotificationResponse<?> response) {
    return new ApnsAnswer(
        response.getStatusCode(),
        response.getApnsId(),
        response.getRejectionReason().orElse(null),
        response.getTokenInvalidationTimestamp().orElse(null),
        null);
  }

  boolean isAccepted() {
    return status == OK;
  }
}
