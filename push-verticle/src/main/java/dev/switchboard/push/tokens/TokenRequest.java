package dev.switchboard.push.tokens;

import dev.switchboard.push.http.BadFieldException;
import dev.switchboard.push.http.Fields;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A token as a device hands it in, checked.
 *
 * @param token in the spelling in which it is kept
 */
public record TokenRequest(
    TokenType type, String token, @Nullable String deviceId, @Nullable String platform) {
  static final int PLATFORM_MAX = 32;

  /** Throws {@link BadFieldException} for a field that is missing or wrong. */
  static TokenRequest of(Function<String, @Nullable Object> fields) {
    String typeName = Fields.required(fields, "type", 16);
    TokenType type =
        TokenType.ofToken(typeName)
            .orElseThrow(
                () -> new BadFieldException("type", "must be one of " + TokenType.names()));
    String token = Fields.required(fields, "token", 4096);
    return new TokenRequest(
        type,
        type.canonical(token)
            .orElseThrow(() -> new BadFieldException("token", "must be " + type.description())),
        Fields.optional(fields, "device_id", Fields.DEVICE_ID_MAX),
        Fields.optional(fields, "platform", PLATFORM_MAX));
  }

  /** Which of a user's tokens a request to delete means. */
  static TokenStore.Filter toDelete(JsonObject body) {
    String token = Fields.required(body::getValue, "token", 4096);
    return new TokenStore.Filter(null, Fields.optional(body::getValue, "type", 16), token);
  }

  /** Which of a user's tokens the end of a registration means. */
  static TokenStore.Filter toRemove(Function<String, @Nullable Object> fields) {
    return new TokenStore.Filter(
        Fields.optional(fields, "device_id", Fields.DEVICE_ID_MAX),
        Fields.optional(fields, "type", 16),
        Fields.optional(fields, "token", 4096));
  }
}
