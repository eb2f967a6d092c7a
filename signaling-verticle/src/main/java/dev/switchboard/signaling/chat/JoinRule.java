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
   * A session as its creator wants it, or as it was: whoever comes back by the same key finds mode
   * and key as they were.
   *
   * @param left what is known of a session of this id that its last member has left
   */
  static Decision.Create create(Decision.Create wanted, SessionAccess access, @Nullable Left left) {
    return left != null && access.match(left.mode(), left.key()) == SessionAccess.Match.RIGHT
        ? new Decision.Create(left.mode(), left.key())
        : wanted;
  }

  /**
   * Decides.
   *
   * @param session null if there is none
   * @param wanted the mode that a creator asks for; null if it did not say
   */
  static Decision decide(
      @Nullable Found session, SessionAccess access, boolean creator, @Nullable ChatMode wanted) {
    if (session == null) {
      if (!creator) {
        return new Decision.Refuse(ChatError.SESSION_NOT_FOUND);
      }
      ChatMode fallback = access.byPassword() ? ChatMode.PASSWORD : ChatMode.GROUP;
      return new Decision.Create(wanted == null ? fallback : wanted, access.key());
    }
    if (session.reserved() && !creator) {
      return new Decision.Refuse(ChatError.SESSION_NOT_ACTIVE);
    }
    return switch (access.match(session.mode(), session.key())) {
      case RIGHT ->
          session.reserved() ? new Decision.Activate(session.key()) : new Decision.Enter();
      case WRONG_KEY -> new Decision.Refuse(ChatError.INVALID_KEY);
      case WRONG_PASSWORD ->
          session.reserved() && access.completes(session.key())
              ? new Decision.Activate(access.key())
              : new Decision.Refuse(
                  session.reserved() ? ChatError.INVALID_KEY : ChatError.INVALID_PASSWORD);
    };
  }
}
