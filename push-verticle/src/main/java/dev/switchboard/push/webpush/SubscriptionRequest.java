package dev.switchboard.push.webpush;

import dev.switchboard.push.devices.ApnsEnvironment;
import dev.switchboard.push.http.AppFields;
import dev.switchboard.push.http.Fields;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.outbound.Endpoint;
import dev.switchboard.shared.push.PushApps;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A subscription as a browser hands it in, checked but for where its endpoint leads.
 *
 * @param p256dh the browser's public key, base64url of the uncompressed point
 * @param auth the secret that it shares with us, base64url of 16 bytes
 * @param vapidKey the public key of ours that it was made with; null if it names none
 * @param app null if it names none: one that is kept already stays with its app
 * @param environment taken as those of device tokens are; nothing depends on it here
 */
record SubscriptionRequest(
    Endpoint endpoint,
    String p256dh,
    String auth,
    @Nullable String userAgent,
    @Nullable String deviceId,
    @Nullable String vapidKey,
    @Nullable String app,
    @Nullable ApnsEnvironment environment) {
  private static final int KEY_TEXT_MAX = 128;
  private static final int USER_AGENT_MAX = 512;
  private static final int AUTH_BYTES = 16;
  private static final P256 CURVE = new P256(Crypto.fastest());

  /** Which subscription a request to end one means: either, or both. */
  record Named(@Nullable String endpoint, @Nullable UUID id) {}

  /** Throws {@link BadFieldException} for a field that is missing or wrong. */
  static SubscriptionRequest of(JsonObject body, PushApps apps) {
    Endpoint endpoint =
        Endpoint.parse(Fields.required(body::getValue, "endpoint", Integer.MAX_VALUE));
    if (!(body.getValue("keys") instanceof JsonObject keys)) {
      throw new BadFieldException("keys", "must be an object with p256dh and auth");
    }
    return new SubscriptionRequest(
        endpoint,
        point(text(keys, "p256dh")),
        secret(text(keys, "auth")),
        Fields.optional(body::getValue, "user_agent", USER_AGENT_MAX),
        Fields.optionalId(body::getValue, "device_id", Fields.DEVICE_ID_MAX),
        Fields.optional(body::getValue, "vapid_public_key", KEY_TEXT_MAX),
        AppFields.app(body::getValue, apps),
        AppFields.environment(body::getValue));
  }

  private static String text(JsonObject keys, String name) {
    return Fields.required(
        path -> keys.getValue(path.substring("keys.".length())), "keys." + name, KEY_TEXT_MAX);
  }

  private static String point(String text) {
    byte[] point = Base64Url.decode(text).orElse(new byte[0]);
    if (CURVE.publicKey(point).isEmpty()) {
      throw new BadFieldException(
          "keys.p256dh", "must be base64url of a point on P-256, uncompressed (65 bytes)");
    }
    return Base64Url.encode(point);
  }

  private static String secret(String text) {
    byte[] secret = Base64Url.decode(text).orElse(new byte[0]);
    if (secret.length != AUTH_BYTES) {
      throw new BadFieldException("keys.auth", "must be base64url of 16 bytes");
    }
    return Base64Url.encode(secret);
  }

  /** Which one a request to end a subscription means. Throws {@link BadFieldException}. */
  static Named named(JsonObject body) {
    String endpoint = Fields.optional(body::getValue, "endpoint", 4_096);
    String id = Fields.optionalId(body::getValue, "id", 64);
    if (endpoint == null && id == null) {
      throw new BadFieldException("endpoint", "is missing, and so is id");
    }
    return new Named(endpoint, id == null ? null : uuid(id));
  }

  /** What is no UUID is nobody's id. */
  private static UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      return new UUID(0, 0);
    }
  }
}
