package dev.switchboard.rooms;

import io.vertx.core.json.JsonObject;

/** An answer of the REST part; a 204 has an empty body. */
record RoomAnswer(int status, JsonObject body) {
  static RoomAnswer ok(JsonObject body) {
    return new RoomAnswer(200, body);
  }

  static RoomAnswer refusal(int status, String error) {
    return new RoomAnswer(status, new JsonObject().put("error", error));
  }

  static RoomAnswer notFound() {
    return refusal(404, "not_found_or_expired");
  }
}
