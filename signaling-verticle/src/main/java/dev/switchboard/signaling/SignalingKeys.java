package dev.switchboard.signaling;

import dev.switchboard.shared.push.PushJobs;
import java.time.Duration;

/**
 * The Redis keys of signaling that Java names; the scripts know them too, and some more. {@code
 * docs/redis.md} has them all.
 */
public final class SignalingKeys {
  /** Sorted set of edges by the end of their lease. */
  public static final String LEASES = "edge:leases";

  /** Sorted set of what comes due in calls, by when. */
  public static final String CALL_DEADLINES = "call:deadlines";

  public static final String CALL_UNTOLD = "call:untold";

  /** Stream of calls that are over, until they are in Postgres. */
  public static final String CALL_RECORDS = "calls:records";

  /** Sorted set of chat sessions by when Redis lets them go. */
  public static final String CHAT_EXPIRY = "chat:expiry";

  /** How long what is known of a session outlives its last renewal. */
  public static final Duration SESSION_TTL = Duration.ofHours(24);

  private SignalingKeys() {}

  /** List of the messages in the mailbox of an edge. */
  public static String mailbox(String edge) {
    return "edge:mail:" + edge;
  }

  /** When an edge was last taken for dead, milliseconds since the epoch. */
  public static String swept(String edge) {
    return "edge:swept:" + edge;
  }

  /** Hash of a user's sessions by device. */
  public static String sessions(String userId) {
    return "session:user:" + userId;
  }

  /** The newest socket of a user. */
  public static String socketOf(String userId) {
    return "socket:user:" + userId;
  }

  /** The user of a socket. */
  public static String userOf(String socketId) {
    return "user:socket:" + socketId;
  }

  /** Hash of a call. */
  public static String call(String callId) {
    return PushJobs.call(callId);
  }

  /** The id of the call that a user is in. */
  public static String callOf(String userId) {
    return "call:user:" + userId;
  }

  /** Hash of a chat session. */
  public static String chat(String id) {
    return "chat:session:" + id;
  }

  /** Hash of the pieces of a chat session's messages. */
  public static String chatBodies(String id) {
    return "chat:bodies:" + id;
  }

  /** Hash of the messages of a chat session that are still arriving. */
  public static String chatUploads(String id) {
    return "chat:uploads:" + id;
  }

  /** What is kept of a socket that can be recovered. */
  public static String recovery(String privateId) {
    return "recovery:socket:" + privateId;
  }

  /** The numbered events of a chat session. */
  public static String chatEvents(String id) {
    return "chat:events:" + id;
  }

  /** Until when a user is not to be disturbed, milliseconds since the epoch. */
  public static String dnd(String userId) {
    return "user:dnd:" + userId;
  }
}
