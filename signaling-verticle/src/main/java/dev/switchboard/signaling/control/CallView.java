package dev.switchboard.signaling.control;

import dev.switchboard.signaling.calls.Call;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** A call as it is shown; the same members as in the history, and some more. Pure. */
final class CallView {
  private CallView() {}

  static JsonObject of(Call call) {
    boolean live = call.state().isLive();
    boolean talked = call.acceptedAt() > 0 && call.endedAt() > 0;
    JsonObject shown =
        new JsonObject()
            .put("callId", call.callId())
            .put("live", live)
            .put("state", call.state().wireName())
            .put("callerId", call.callerId())
            .put("calleeId", call.calleeId())
            .put("callType", call.callType())
            .put("callerName", call.callerName())
            .put("callerAvatar", call.callerAvatar())
            .put("reason", call.reason())
            .put("createdAt", call.createdAt())
            .put("acceptedAt", orNull(call.acceptedAt()))
            .put("endedAt", orNull(call.endedAt()))
            .put("durationMs", talked ? call.endedAt() - call.acceptedAt() : 0);
    if (call.endedBy() != null) {
      shown.put("endedBy", call.endedBy());
    }
    if (call.requestedBy() != null) {
      shown.put("requestedBy", call.requestedBy());
    }
    String metadata = call.metadata();
    return metadata == null ? shown : shown.put("metadata", new JsonObject(metadata));
  }

  private static @Nullable Long orNull(long millis) {
    return millis == 0 ? null : Long.valueOf(millis);
  }
}
