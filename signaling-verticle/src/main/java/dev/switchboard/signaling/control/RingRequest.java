package dev.switchboard.signaling.control;

import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.http.BodyFields;
import dev.switchboard.signaling.calls.Call;
import dev.switchboard.signaling.calls.CallState;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request to ring on behalf of a caller, checked. Pure.
 *
 * @param metadata a JSON object as text; null for none
 */
record RingRequest(
    String callerId,
    String calleeId,
    String callType,
    @Nullable String callerName,
    @Nullable String callerAvatar,
    @Nullable String metadata,
    String requestId) {
  private static final Set<String> CALL_TYPES = Set.of("audio", "video");
  private static final int MAX_NAME = 1_024;
  private static final int MAX_AVATAR = 2_048;
  private static final int MAX_METADATA = 1_024;

  /** Throws {@link BadFieldException} for a field that is missing or wrong. */
  static RingRequest of(JsonObject body) {
    BodyFields fields = new BodyFields(body);
    RingRequest request =
        new RingRequest(
            fields.id("callerId"),
            fields.id("calleeId"),
            fields.oneOf("callType", CALL_TYPES),
            fields.optionalText("callerName", MAX_NAME),
            fields.optionalText("callerAvatar", MAX_AVATAR),
            fields.optionalObject("metadata", MAX_METADATA),
            fields.id("requestId"));
    if (request.callerId().equals(request.calleeId())) {
      throw new BadFieldException("calleeId", "must not be the caller");
    }
    return request;
  }

  /** The same call under the name and picture that the caller's token has. */
  RingRequest presenting(@Nullable String name, @Nullable String picture) {
    return new RingRequest(callerId, calleeId, callType, name, picture, metadata, requestId);
  }

  /** What makes two requests ask for the same; a hash, since it outlives users that are erased. */
  String subject() {
    String text = callerId.length() + ":" + callerId + ":" + calleeId + ":" + callType;
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  /** The call, of whose caller no device has a part yet. */
  Call call(String callId, String requestedBy, long now, Duration ringTimeout) {
    return new Call(
        callId,
        1,
        CallState.RINGING,
        callerId,
        calleeId,
        callType,
        callerName == null ? callerId : callerName,
        callerAvatar,
        null,
        null,
        now,
        now + ringTimeout.toMillis(),
        0,
        0,
        0,
        0,
        null,
        null,
        requestedBy,
        metadata);
  }
}
