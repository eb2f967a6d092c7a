package dev.switchboard.push.tokens;

import dev.switchboard.push.devices.ApnsEnvironment;
import dev.switchboard.push.devices.PushDevice;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A token or subscription as Postgres has it. Its text never goes into a log or an answer, only a
 * part of it.
 *
 * @param userId empty for a subscription that nobody has signed in for
 * @param token of a subscription: the endpoint
 * @param subscription what only a Web Push subscription has
 * @param app of whose keys and bundle it is
 * @param environment of an APNs token, where the device or a push has told it
 * @param quarantinedUntil nothing is sent to it until then; null if that is not so
 */
public record DeviceToken(
    UUID id,
    String userId,
    TokenType type,
    String token,
    String kind,
    @Nullable String deviceId,
    @Nullable String platform,
    boolean active,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Subscription subscription,
    @Nullable Instant quarantinedUntil,
    String app,
    @Nullable ApnsEnvironment environment)
    implements PushDevice {
  private static final int SHOWN = 16;
  private static final int ENDPOINT_HEAD = 30;
  private static final int ENDPOINT_TAIL = 20;

  /**
   * The keys of a Web Push subscription, in base64url.
   *
   * @param p256dh the browser's public key
   * @param auth the authentication secret that it shares with us
   * @param vapidKey the public key of ours that it was made with
   */
  public record Subscription(String p256dh, String auth, String vapidKey) {
    @Override
    public String toString() {
      return "Subscription";
    }
  }

  @Override
  public String key() {
    return typeName() + ":" + id;
  }

  @Override
  public String typeName() {
    return type.wireName();
  }

  @Override
  public String address() {
    return token;
  }

  @Override
  public boolean isInstallationId() {
    return kind.equals("fid");
  }

  @Override
  public String reachField() {
    return reach().field();
  }

  /** The field of the reach hash that it stands behind. */
  public ReachField reach() {
    return ReachField.of(userId, type.wireName(), app, deviceId, id);
  }

  @Override
  public String cut() {
    return type == TokenType.WEBPUSH ? cutEndpoint(token) : cut(token);
  }

  /** What may be shown of an endpoint: its first 30 and last 20 characters. */
  public static String cutEndpoint(String endpoint) {
    int length = endpoint.length();
    boolean isShort = length <= ENDPOINT_HEAD + ENDPOINT_TAIL;
    int head = isShort ? length / 2 : ENDPOINT_HEAD;
    int tail = isShort ? 0 : ENDPOINT_TAIL;
    return endpoint.substring(0, head) + "..." + endpoint.substring(length - tail);
  }

  /** What may be shown of a token: 16 characters at most, and never more than half. */
  public static String cut(String token) {
    return token.substring(0, Math.min(SHOWN, token.length() / 2));
  }

  @Override
  public String toString() {
    return type.wireName() + ":" + cut();
  }
}
