package dev.switchboard.push.tokens;

import dev.switchboard.push.devices.ApnsEnvironment;
import dev.switchboard.push.http.AppFields;
import dev.switchboard.push.http.Fields;
import dev.switchboard.shared.http.BadFieldException;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A token as a device hands it in, checked.
 *
 * @param token in the spelling in which it is kept
 * @param app null where the device names none: what is kept already stays as it is
 * @param environment null where the device names none
 */
public record TokenRequest(
    TokenType type,
    String token,
    @Nullable String deviceId,
    @Nullable String platform,
    @Nullable String app,
    @Nullable ApnsEnvironment environment) {
  static final int PLATFORM_MAX = 32;
  private static final String FID = "fid";
  private static final Set<String> KINDS = Set.of("token", FID);

  /** Throws {@link BadFieldException} for a field that is missing or wrong. */
  static TokenRequest of(Function<String, @Nullable Object> fields) {
    String typeName = Fields.required(fields, "type", 16);
    TokenType type =
        TokenType.ofToken(typeName)
            .orElseThrow(
                () -> new BadFieldException("type", "must be one of " + TokenType.names()));
    String kind = Fields.optional(fields, "kind", 16);
    if (kind != null && !KINDS.contains(kind)) {
      throw new BadFieldException("kind", "must be one of token, fid");
    }
    if (FID.equals(kind) && type != TokenType.FCM) {
      throw new BadFieldException("kind", "must be token: only FCM has installation ids");
    }
    String token = Fields.required(fields, "token", 4096);
    String platform = Fields.optional(fields, "platform", PLATFORM_MAX);
    return new TokenRequest(
        type,
        type.canonical(token)
            .orElseThrow(() -> new BadFieldException("token", "must be " + type.description())),
        Fields.optionalId(fields, "device_id", Fields.DEVICE_ID_MAX),
        platform == null && typeName.equals(TokenType.FCM_OF_BROWSER) ? "web" : platform,
        AppFields.app(fields),
        AppFields.environment(fields));
  }

  /** Which of a user's tokens a request to delete means. */
  static TokenStore.Filter toDelete(JsonObject body) {
    String token = Fields.required(body::getValue, "token", 4096);
    String type = Fields.optional(body::getValue, "type", 16);
    return new TokenStore.Filter(null, type == null ? null : TokenType.kept(type), token);
  }

  /** Which of a user's tokens the end of a registration means. */
  static TokenStore.Filter toRemove(Function<String, @Nullable Object> fields) {
    return new TokenStore.Filter(
        Fields.optionalId(fields, "device_id", Fields.DEVICE_ID_MAX),
        Fields.optional(fields, "type", 16),
        Fields.optional(fields, "token", 4096));
  }
}
