package dev.switchboard.signaling.chat;

import dev.switchboard.signaling.edge.Payload;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Who may join a session, as far as that depends on the session and the key shown. Pure; seats and
 * tokens are looked at when the member is entered, together with the other members.
 */
final class JoinRule {
  private JoinRule() {}

  /**
   * A session as it was found.
   *
   * @param nonce distinguishes it from another of the same id
   * @param reserved true until its creator has joined
   */
  record Found(String nonce, boolean reserved, ChatMode mode, String key) {}

  /** What is kept of a session that its last member has left. */
  record Left(ChatMode mode, String key) {}

  /**
   * What Redis knows under an id: a session, what is left of one, or nothing.
   *
   * @param inDoubt true where all members may have been on nodes that died long ago
   */
  record Loaded(@Nullable Found session, @Nullable Left left, boolean inDoubt) {}

  /** What a join comes to. */
  sealed interface Decision {
    /** The session begins with it. */
    record Create(ChatMode mode, String key) implements Decision {}

    /** The creator opens the reserved session, with this key. */
    record Activate(String key) implements Decision {}

    /** A member comes in. */
    record Enter() implements Decision {}

    /** It is refused. */
    record Refuse(ChatError error) implements Decision {}
  }

  /**
   * Decides.
   *
   * @param wanted the mode that a creator asks for; null if it did not name one
   */
  static Decision decide(
      Loaded found, SessionAccess access, boolean creator, @Nullable ChatMode wanted) {
    Found session = found.session();
    if (session == null) {
      return creator
          ? create(found.left(), access, wanted)
          : new Decision.Refuse(ChatError.SESSION_NOT_FOUND);
    }
    if (session.reserved() && !creator) {
      return new Decision.Refuse(ChatError.SESSION_NOT_ACTIVE);
    }
    return switch (access.match(session.mode(), session.key())) {
      case RIGHT ->
          session.reserved() ? new Decision.Activate(session.key()) : new Decision.Enter();
      case WRONG_KEY -> new Decision.Refuse(ChatError.INVALID_KEY);
      case WRONG_PASSWORD ->
          session.reserved()
              ? completed(session, access)
              : new Decision.Refuse(ChatError.INVALID_PASSWORD);
    };
  }

  /**
   * Whoever comes back by the same key finds mode and key as they were. The password may be missing
   * then, and only then, since what it guarded is deleted.
   */
  private static Decision create(
      @Nullable Left left, SessionAccess access, @Nullable ChatMode wanted) {
    if (left != null
        && (access.match(left.mode(), left.key()) == SessionAccess.Match.RIGHT
            || access.lacksPassword(left.mode(), left.key()))) {
      return new Decision.Create(left.mode(), left.key());
    }
    ChatMode fallback = access.byPassword() ? ChatMode.PASSWORD : ChatMode.GROUP;
    return new Decision.Create(wanted == null ? fallback : wanted, access.key());
  }

  private static Decision completed(Found session, SessionAccess access) {
    return access.completes(session.key())
        ? new Decision.Activate(access.key())
        : new Decision.Refuse(ChatError.INVALID_KEY);
  }

  /**
   * Which session a client names, and the key that it shows. On the wire {@code sessionId} is
   * {@code id}, {@code id:authKey} or {@code id:password:passwordHash}; the key of a password room
   * is {@code authKey:passwordHash}.
   *
   * @param id the first part, which names the session
   * @param key the whole key; empty if none was shown
   * @param byPassword true where the id came with a password
   * @param hashAlone true where the password's hash is all that was shown
   */
  record SessionAccess(String id, String key, boolean byPassword, boolean hashAlone) {
    /** A session id with keys behind it, in characters. */
    static final int MAX = 1_024;

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

    /** The id in {@code sessionId}, without the keys behind it. */
    static String idIn(Payload payload) {
      return of(payload.id("sessionId", MAX), null).id();
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
}
