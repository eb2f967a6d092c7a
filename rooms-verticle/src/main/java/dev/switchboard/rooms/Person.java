package dev.switchboard.rooms;

import org.jspecify.annotations.Nullable;

/**
 * One of the two of a room.
 *
 * @param client the id that the app gave itself
 * @param token where a push reaches it; never logged, and shown only {@link #cut}
 * @param platform {@code ios} or {@code android}
 */
record Person(String client, @Nullable String token, @Nullable String platform) {
  private static final int SHOWN = 16;

  /** What may be shown of the token: 16 characters, and of a short one never more than half. */
  @Nullable String cut() {
    if (token == null) {
      return null;
    }
    int shown = token.length() > SHOWN ? SHOWN : token.length() / 2;
    return token.substring(0, shown) + "…";
  }

  @Override
  public String toString() {
    return client;
  }
}
