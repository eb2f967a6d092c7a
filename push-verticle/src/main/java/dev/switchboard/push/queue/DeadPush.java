package dev.switchboard.push.queue;

import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.shared.webhooks.WebhookEntry;
import dev.switchboard.shared.webhooks.WebhookEvent;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What the team's back end is told of a push that has used up its retries. */
final class DeadPush {
  private DeadPush() {}

  /** The event for the script that settles: {@code [subject, entry, now]}. */
  static JsonArray told(PushJob job, PushDevice device, DeviceResult result, long now) {
    String key = result.deviceKey();
    int colon = key.indexOf(':');
    JsonObject data =
        new JsonObject()
            .put("notificationId", job.id())
            .put("cause", job.cause().wireName())
            .put("type", key.substring(0, colon))
            .put("tokenId", key.substring(colon + 1))
            .put("attempts", result.attempts())
            .put("createdAt", job.createdAt());
    putIfThere(data, "reason", result.reason());
    if (job.data().getValue("callId") instanceof String callId) {
      data.put("callId", callId);
    }
    putIfThere(data, "userId", device.userId());
    putIfThere(data, "deviceId", device.deviceId());
    String entry = WebhookEntry.close(WebhookEntry.open(WebhookEvent.PUSH_DEAD, data, now), 1);
    return new JsonArray().add("push/" + job.id() + "/" + key).add(entry).add(Long.toString(now));
  }

  private static void putIfThere(JsonObject data, String name, @Nullable String value) {
    if (value != null) {
      data.put(name, value);
    }
  }
}
