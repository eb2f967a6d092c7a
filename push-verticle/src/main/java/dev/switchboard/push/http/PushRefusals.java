package dev.switchboard.push.http;

import dev.switchboard.shared.http.Refusal;
import dev.switchboard.shared.http.Refusals;
import io.vertx.core.json.JsonObject;

/** Refusals of push: {@code {error, detail}}. */
public final class PushRefusals implements Refusals {
  @Override
  public JsonObject body(Refusal refusal) {
    return refusal.detailed();
  }

  /** What else is kept has been checked by then. */
  @Override
  public Refusal unstorable() {
    return new Refusal(400, "invalid_request", "the user's id can't be stored");
  }
}
