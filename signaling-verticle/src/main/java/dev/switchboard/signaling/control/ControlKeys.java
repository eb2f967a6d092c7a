package dev.switchboard.signaling.control;

/** The Redis keys of control; scripts of calls read those of users. */
final class ControlKeys {
  /** Sorted set of users by when they may be disturbed again. */
  static final String DND_ENDS = "user:dnd-ends";

  /** There while every block of Postgres is in Redis, too. */
  static final String BLOCKS_COMPLETE = "user:blocks-complete";

  private ControlKeys() {}

  /** Set of those whom a user has blocked. */
  static String blocks(String userId) {
    return "user:blocks:" + userId;
  }

  /** What a request to ring has come to. */
  static String request(String actor, String requestId) {
    return "call:request:" + actor.length() + ":" + actor + ":" + requestId;
  }
}
