package dev.switchboard.signaling.timeline;

import dev.switchboard.shared.timeline.Step;
import dev.switchboard.shared.timeline.TimedStep;
import dev.switchboard.shared.timeline.Timeline;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A timeline as it is answered. Pure. */
final class TimelineView {
  private TimelineView() {}

  /**
   * What a viewer may see of it: operators all, a party what both parties know, and its own
   * devices.
   *
   * @param party the user's id; null for one who may see all
   */
  static JsonObject of(Timeline timeline, @Nullable String party) {
    JsonArray steps = new JsonArray();
    for (TimedStep timed : timeline.steps()) {
      Step step = timed.step();
      boolean own = party == null || party.equals(step.userId());
      if (step.name().isShown() && (own || step.name().isOfCall())) {
        steps.add(show(timed, own));
      }
    }
    boolean mayKnow = party == null || party.equals(timeline.calleeId());
    List<String> verdict = mayKnow ? Verdicts.of(timeline) : List.of();
    return new JsonObject()
        .put("callId", timeline.callId())
        .put("steps", steps)
        .put("verdict", new JsonArray(verdict));
  }

  private static JsonObject show(TimedStep timed, boolean own) {
    Step step = timed.step();
    return new JsonObject()
        .put("at", timed.at())
        .put("node", timed.node())
        .put("step", step.name().wireName())
        .put("userId", step.userId())
        .put("deviceId", own ? step.deviceId() : null)
        .put("provider", step.provider())
        .put("providerId", step.providerId())
        .put("why", step.why());
  }
}
