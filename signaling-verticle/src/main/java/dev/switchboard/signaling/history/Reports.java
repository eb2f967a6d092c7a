package dev.switchboard.signaling.history;

import dev.switchboard.shared.redis.stream.StreamEntry;
import dev.switchboard.signaling.calls.CallMetrics;
import dev.switchboard.signaling.calls.CallQuality;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a call was, as an entry of the stream of records tells it.
 *
 * @param quality the latest report of each side; null if there was none
 * @param count how many reports there had been
 * @param late of an entry that follows another of the call: the side that reported for the first
 *     time, or any other text; else empty
 */
record Reports(@Nullable JsonObject quality, int count, String late) {
  private static final List<String> SIDES = List.of("caller", "callee");

  /** Throws {@link io.vertx.core.json.DecodeException} for what is not JSON. */
  static Reports of(StreamEntry entry) {
    JsonObject quality = new JsonObject();
    for (String side : SIDES) {
      entry.field(side).ifPresent(json -> quality.put(side, new JsonObject(json)));
    }
    return new Reports(
        quality.isEmpty() ? null : quality,
        entry.number("reports").orElse(0L).intValue(),
        entry.field("late").orElse(""));
  }

  /** True if the call was over before, and its record left. */
  boolean isLate() {
    return !late.isEmpty();
  }

  /** Each side of a call once: with the first entry that has it. */
  void countIn(CallMetrics metrics) {
    for (String side : SIDES) {
      JsonObject report = quality == null ? null : quality.getJsonObject(side);
      if (report != null && (!isLate() || late.equals(side))) {
        metrics.quality(CallQuality.read(report));
      }
    }
  }
}
