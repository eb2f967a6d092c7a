package dev.switchboard.signaling.chat;

/** The Redis keys of chat sessions that Java names; {@code chat_prelude} has them all. */
final class ChatKeys {
  /** Sorted set of sessions by when Redis lets them go. */
  static final String EXPIRY = "chat:expiry";

  private ChatKeys() {}

  /** Hash of a session. */
  static String session(String id) {
    return "chat:session:" + id;
  }

  /** Hash of the pieces of a session's messages. */
  static String bodies(String id) {
    return "chat:bodies:" + id;
  }

  /** Hash of the messages of a session that are still coming in. */
  static String uploads(String id) {
    return "chat:uploads:" + id;
  }
}
