package dev.switchboard.shared.http;

import io.vertx.core.json.JsonObject;

/**
 * The shape that refusals have in one part of the API: clients came to rely on different ones.
 * Pure.
 */
public interface Refusals {
  /** The answer's body. */
  JsonObject body(Refusal refusal);

  /** Which refusal a bad field is; its status is 400. */
  default Refusal badField(BadFieldException bad) {
    return new Refusal(400, "invalid_request", bad.getMessage());
  }

  /** Which refusal it is that Postgres can't store a value, such as a text with NUL. */
  default Refusal unstorable() {
    return new Refusal(400, "invalid_request", "a value can't be stored");
  }
}
