package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.edge.Payload;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a call was at one side, as its device has measured it; null for what was not measured.
 *
 * @param rttMs the mean round trip, in milliseconds
 * @param jitterMs the mean jitter of what came in, in milliseconds
 * @param lossPercent how much of what was to come in was lost
 * @param path the most roundabout of the two ends
 */
public record CallQuality(
    @Nullable Double rttMs, @Nullable Double jitterMs, @Nullable Double lossPercent, String path) {
  static final Set<String> PATHS = Set.of("host", "srflx", "relay");
  private static final double MAX_MILLIS = 60_000;
  private static final double MAX_PERCENT = 100;

  /** What a client reports; throws {@link dev.switchboard.signaling.edge.RefusedException}. */
  static CallQuality read(Payload fields) {
    return new CallQuality(
        fields.optionalNumber("rttMs", MAX_MILLIS),
        fields.optionalNumber("jitterMs", MAX_MILLIS),
        fields.optionalNumber("lossPercent", MAX_PERCENT),
        fields.oneOf("path", PATHS));
  }

  /** As {@link #json} made it. */
  public static CallQuality read(JsonObject json) {
    return new CallQuality(
        json.getDouble("rttMs"),
        json.getDouble("jitterMs"),
        json.getDouble("lossPercent"),
        json.getString("path"));
  }

  /** In Redis, in Postgres and in answers. */
  public JsonObject json() {
    JsonObject json = new JsonObject();
    put(json, "rttMs", rttMs);
    put(json, "jitterMs", jitterMs);
    put(json, "lossPercent", lossPercent);
    return json.put("path", path);
  }

  private static void put(JsonObject json, String name, @Nullable Double value) {
    if (value != null) {
      json.put(name, value);
    }
  }
}
