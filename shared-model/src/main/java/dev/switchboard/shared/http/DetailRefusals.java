package dev.switchboard.shared.http;

import io.vertx.core.json.JsonObject;

/** Refusals of what is for a team's back end: {@code {error, detail}}, and 422 for a bad field. */
public final class DetailRefusals implements Refusals {
  @Override
  public JsonObject body(Refusal refusal) {
    return refusal.detailed();
  }

  @Override
  public Refusal badField(BadFieldException bad) {
    return new Refusal(422, "invalid_request", bad.getMessage());
  }

  @Override
  public Refusal unstorable() {
    return new Refusal(422, "invalid_request", "a value can't be stored");
  }
}
