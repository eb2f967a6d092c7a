package dev.switchboard.signaling.chat;

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
   * @param nonce tells it from another of the same id
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
   * @param wanted the mode that a creator asks for; null if it did not say
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
}
