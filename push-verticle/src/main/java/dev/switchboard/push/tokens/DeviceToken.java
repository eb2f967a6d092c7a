package dev.switchboard.push.tokens;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A token as Postgres has it. Its text never goes into a log or an answer, only its beginning. */
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
    Instant updatedAt) {
  private static final int SHOWN = 16;

  /** The field of the reach hash that it stands behind. */
  public ReachField reach() {
    return ReachField.of(userId, type.wireName(), deviceId, id);
  }

  /** What may be shown of it: 16 characters at most, and never more than half. */
  public String cut() {
    return cut(token);
  }

  /** What may be shown of a token. */
  public static String cut(String token) {
    return token.substring(0, Math.min(SHOWN, token.length() / 2));
  }

  @Override
  public String toString() {
    return type.wireName() + ":" + cut();
  }
}
