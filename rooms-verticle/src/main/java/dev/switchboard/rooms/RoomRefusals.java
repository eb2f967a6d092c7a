package dev.switchboard.rooms;

import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.http.Refusal;
import dev.switchboard.shared.http.Refusals;
import io.vertx.core.json.JsonObject;

/** Refusals of rooms: {@code {error, count?, details?}}. A bad field is in the error's name. */
final class RoomRefusals implements Refusals {
  private static final int FORBIDDEN = 403;

  @Override
  public JsonObject body(Refusal refusal) {
    JsonObject body = new JsonObject().put("error", refusal.error()).mergeIn(refusal.more());
    // to whom something is forbidden, its name was always enough
    return refusal.detail() == null || refusal.status() == FORBIDDEN
        ? body
        : body.put("details", refusal.detail());
  }

  @Override
  public Refusal badField(BadFieldException bad) {
    return bad.isMissing()
        ? new Refusal(400, "missing_" + bad.field(), null)
        : new Refusal(400, "invalid_" + bad.field(), bad.getMessage());
  }
}
