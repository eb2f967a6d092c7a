package dev.switchboard.rooms;

import io.vertx.core.json.JsonObject;

/** A field of a request that is missing or wrong: 400. Its answer never repeats the value. */
final class BadFieldException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient JsonObject answer;

  private BadFieldException(JsonObject answer) {
    super(answer.getString("error"), null, false, false);
    this.answer = answer;
  }

  static BadFieldException missing(String field) {
    return new BadFieldException(new JsonObject().put("error", "missing_" + field));
  }

  static BadFieldException invalid(String field, String problem) {
    return new BadFieldException(
        new JsonObject().put("error", "invalid_" + field).put("details", field + " " + problem));
  }

  static BadFieldException emptyDeviceIds() {
    return new BadFieldException(new JsonObject().put("error", "empty_deviceIds_array"));
  }

  /** How many of the device ids are no ids. */
  static BadFieldException invalidDeviceIds(String problem, int count) {
    return new BadFieldException(
        new JsonObject()
            .put("error", "invalid_device_ids")
            .put("count", count)
            .put("details", problem));
  }

  /** {@code {error, details?, count?}}. */
  JsonObject answer() {
    return answer;
  }
}
