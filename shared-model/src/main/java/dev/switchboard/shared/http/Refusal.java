package dev.switchboard.shared.http;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Why a request is refused, before a part of the API puts it into its own shape ({@link Refusals}).
 *
 * @param error a name for programs: {@code not_found}
 * @param detail a sentence for people; null where there is nothing to add
 * @param more further members of the answer; empty for most
 */
public record Refusal(int status, String error, @Nullable String detail, JsonObject more) {
  /** One without further members. */
  public Refusal(int status, String error, @Nullable String detail) {
    this(status, error, detail, new JsonObject());
  }

  /** As {@code {error, detail}} with the further members. */
  public JsonObject detailed() {
    return new JsonObject().put("error", error).put("detail", detail).mergeIn(more);
  }
}
