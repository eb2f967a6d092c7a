package dev.switchboard.push.tokens;

import dev.switchboard.push.devices.PushDevice;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A token as Postgres has it. Its text never goes into a log or an answer, only its beginning. */
public record DeviceToken(
    UUID uuid,
    String userId,
    TokenType tokenType,
    String token,
    String kind,
    @Nullable String deviceId,
    @Nullable String platform,
    boolean active,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant quarantinedUntil)
    implements PushDevice {
  private static final int SHOWN = 16;

  @Override
  public String id() {
    return uuid.toString();
  }

  @Override
  public String type() {
    return tokenType.wireName();
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
    return ReachField.of(userId, type(), deviceId, uuid);
  }

  /** What may be shown of it: 16 characters at most, and never more than half. */
  @Override
  public String cut() {
    return cut(token);
  }

  /** What may be shown of a token. */
  public static String cut(String token) {
    return token.substring(0, Math.min(SHOWN, token.length() / 2));
  }

  @Override
  public String toString() {
    return type() + ":" + cut();
  }
}
