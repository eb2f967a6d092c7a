package dev.switchboard.push.apns;

import com.eatthepath.pushy.apns.PushNotificationResponse;
import dev.switchboard.push.send.Reasons;
import dev.switchboard.push.send.RetryAfter;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What APNs answered.
 *
 * @param apnsId null where it names none
 * @param reason why it refuses; null where it accepts, or gives no reason
 * @param since when it found the token gone; null where it gives no time
 * @param retryAfter how long it asks to wait; null where it does not
 */
record ApnsAnswer(
    int status,
    @Nullable UUID apnsId,
    @Nullable String reason,
    @Nullable Instant since,
    @Nullable Duration retryAfter) {
  private static final int OK = 200;
  private static final Pattern STATUS = Pattern.compile("\\d{3}");

  static ApnsAnswer of(PushNotificationResponse<?> response) {
    return new ApnsAnswer(
        response.getStatusCode(),
        response.getApnsId(),
        response.getRejectionReason().orElse(null),
        response.getTokenInvalidationTimestamp().orElse(null),
        null);
  }

  /** The status in the headers of an answer; 0 if there is none. */
  static int status(Http2Headers headers) {
    CharSequence status = headers.status();
    return status != null && STATUS.matcher(status).matches()
        ? Integer.parseInt(status.toString())
        : 0;
  }

  /**
   * A refusal as it came over the connection.
   *
   * @param body JSON with {@code reason} and perhaps {@code timestamp}; anything, if it is not of
   *     APNs itself
   */
  static ApnsAnswer refusal(Http2Headers headers, String body) {
    CharSequence retryAfter = headers.get("retry-after");
    String reason = null;
    Instant since = null;
    try {
      JsonObject said = new JsonObject(body);
      reason = said.getValue("reason") instanceof String word ? Reasons.clean(word) : null;
      since =
          said.getValue("timestamp") instanceof Number millis
              ? Instant.ofEpochMilli(millis.longValue())
              : null;
    } catch (DecodeException e) {
      // it is not APNs' own, or empty
    }
    return new ApnsAnswer(
        status(headers),
        null,
        reason,
        since,
        retryAfter == null ? null : RetryAfter.parse(retryAfter.toString(), Instant.now()));
  }

  boolean isAccepted() {
    return status == OK;
  }
}
