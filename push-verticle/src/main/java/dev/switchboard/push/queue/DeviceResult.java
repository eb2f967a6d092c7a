package dev.switchboard.push.queue;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a notification stands with one device.
 *
 * @param deviceKey {@code <type>:<id>}
 * @param reason why it is not sent; null if it is
 */
record DeviceResult(
    String deviceKey,
    Status status,
    int attempts,
    @Nullable String providerId,
    @Nullable String reason) {

  /** How it stands; the names in answers and metrics. */
  enum Status {
    QUEUED,
    SENT,
    FAILED,
    EXPIRED,
    DROPPED,
    DEAD;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    String wireName() {
      return wireName;
    }
  }

  static DeviceResult queued(String deviceKey) {
    return new DeviceResult(deviceKey, Status.QUEUED, 0, null, null);
  }

  static DeviceResult dropped(String deviceKey, int attempts, String reason) {
    return new DeviceResult(deviceKey, Status.DROPPED, attempts, null, reason);
  }

  /** As it is kept. */
  String encode() {
    return new JsonObject()
        .put("status", status.wireName())
        .put("attempts", attempts)
        .put("provider_id", providerId)
        .put("reason", reason)
        .encode();
  }

  /** As it is answered: from {@code <type>:<id>} and what is kept. */
  static JsonObject show(String deviceKey, String kept) {
    int colon = deviceKey.indexOf(':');
    return new JsonObject()
        .put("id", deviceKey.substring(colon + 1))
        .put("type", deviceKey.substring(0, colon))
        .mergeIn(new JsonObject(kept));
  }
}
