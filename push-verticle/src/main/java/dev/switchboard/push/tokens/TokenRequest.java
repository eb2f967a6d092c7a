package dev.switchboard.push.tokens;

import dev.switchboard.push.http.BadFieldException;
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
  static final int DEVICE_ID_MAX = 256;
  static final int PLATFORM_MAX = 32;

  /** Throws {@link BadFieldException} for a field that is missing or wrong. */
  static TokenRequest of(Function<String, @Nullable Object> fields) {
    String typeName = required(fields, "type", 16);
    TokenType type =
        TokenType.ofToken(typeName)
            .orElseThrow(
                () -> new BadFieldException("type", "must be one of " + TokenType.names()));
    String token = required(fields, "token", 4096);
    return new TokenRequest(
        type,
        type.canonical(token)
            .orElseThrow(() -> new BadFieldException("token", "must be " + type.description())),
        optional(fields, "device_id", DEVICE_ID_MAX),
        optional(fields, "platform", PLATFORM_MAX));
  }

  /** Which of a user's tokens a request to delete means. */
  static TokenStore.Filter toDelete(JsonObject body) {
    String token = required(body::getValue, "token", 4096);
    return new TokenStore.Filter(null, optional(body::getValue, "type", 16), token);
  }

  /** Which of a user's tokens the end of a registration means. */
  static TokenStore.Filter toRemove(Function<String, @Nullable Object> fields) {
    return new TokenStore.Filter(
        optional(fields, "device_id", DEVICE_ID_MAX),
        optional(fields, "type", 16),
        optional(fields, "token", 4096));
  }

  /** A text that must be there, can be kept and is not too long. */
  static String required(Function<String, @Nullable Object> fields, String name, int maxLength) {
    String value = optional(fields, name, maxLength);
    if (value == null) {
      throw new BadFieldException(name, "is missing");
    }
    return value;
  }

  private static @Nullable String optional(
      Function<String, @Nullable Object> fields, String name, int maxLength) {
    Object value = fields.apply(name);
    if (value == null || "".equals(value)) {
      return null;
    }
    if (!(value instanceof String text)) {
      throw new BadFieldException(name, "must be a string");
    }
    if (text.length() > maxLength) {
      throw new BadFieldException(name, "is longer than " + maxLength + " characters");
    }
    // Postgres takes neither NUL nor half a surrogate pair
    if (text.codePoints().anyMatch(TokenRequest::isUnprintable)) {
      throw new BadFieldException(name, "contains control characters");
    }
    return text;
  }

  private static boolean isUnprintable(int codePoint) {
    return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
  }
}
