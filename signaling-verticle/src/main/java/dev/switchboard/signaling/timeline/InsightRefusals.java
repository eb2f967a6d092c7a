package dev.switchboard.signaling.timeline;

import dev.switchboard.shared.http.Refusal;
import dev.switchboard.shared.http.Refusals;
import io.vertx.core.json.JsonObject;

/** Refusals of what looks into calls and devices: {@code {error, detail}}. */
final class InsightRefusals implements Refusals {
  @Override
  public JsonObject body(Refusal refusal) {
    return new JsonObject()
        .put("error", refusal.error())
        .put("detail", refusal.detail())
        .mergeIn(refusal.more());
  }
}
