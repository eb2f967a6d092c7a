package dev.switchboard.signaling.chat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Which session a client names, and the key that it shows. On the wire {@code sessionId} is {@code
 * id}, {@code id:authKey} or {@code id:password:passwordHash}; the key of a password room is {@code
 * authKey:passwordHash}.
 *
 * @param id the first part, which names the session
 * @param key the whole key; empty if none was shown
 * @param byPassword true where the id came with a password
 * @param hashAlone true where the password's hash is all that was shown
 */
record SessionAccess(String id, String key, boolean byPassword, boolean hashAlone) {
  private static final String PASSWORD = "password:";

  /** How a shown key compares with the stored one. */
  enum Match {
    RIGHT,
    WRONG_KEY,
    WRONG_PASSWORD
  }

  /** Reads {@code sessionId} and {@code authKey} as they came; {@code authKey} null if absent. */
  static SessionAccess of(String sessionId, @Nullable String authKey) {
    int colon = sessionId.indexOf(':');
    String id = colon < 0 ? sessionId : sessionId.substring(0, colon);
    String rest = colon < 0 ? "" : sessionId.substring(colon + 1);
    boolean byPassword = rest.startsWith(PASSWORD);
    if (authKey == null) {
      return new SessionAccess(id, rest, byPassword, byPassword);
    }
    boolean hashAlone = authKey.startsWith(PASSWORD);
    String suffix = byPassword ? rest.substring(PASSWORD.length() - 1) : "";
    boolean whole = suffix.isEmpty() || authKey.endsWith(suffix);
    return new SessionAccess(id, whole ? authKey : authKey + suffix, byPassword, hashAlone);
  }

  /** Compares, in constant time, with the key that a session has. */
  Match match(ChatMode mode, String stored) {
    if (mode != ChatMode.PASSWORD) {
      return same(key, stored) ? Match.RIGHT : Match.WRONG_KEY;
    }
    // Both parts are always looked at.
    boolean passwordRight = same(passwordPart(key), passwordPart(stored));
    // A room without a password is not opened by showing none.
    boolean keyRight =
        same(authPart(key), authPart(stored)) || (hashAlone && !passwordPart(key).isEmpty());
    if (keyRight && passwordRight) {
      return Match.RIGHT;
    }
    return keyRight ? Match.WRONG_PASSWORD : Match.WRONG_KEY;
  }

  /** True if a password room was reserved without its password, and this key adds it. */
  boolean completes(String reserved) {
    return passwordPart(reserved).isEmpty() && same(authPart(key), authPart(reserved));
  }

  /** True if only the password of a password room is missing from what was shown. */
  boolean lacksPassword(ChatMode mode, String stored) {
    return mode == ChatMode.PASSWORD
        && !byPassword
        && passwordPart(key).isEmpty()
        && same(authPart(key), authPart(stored));
  }

  private static String authPart(String key) {
    int colon = key.indexOf(':');
    return colon < 0 ? key : key.substring(0, colon);
  }

  private static String passwordPart(String key) {
    int colon = key.indexOf(':');
    return colon < 0 ? "" : key.substring(colon + 1);
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
