package dev.switchboard.signaling.sessions;

import java.time.Duration;

/** The Redis keys of sessions; the scripts know them too. */
public final class SessionKeys {
  /** How long an entry outlives its last renewal. */
  public static final Duration TTL = Duration.ofHours(24);

  private SessionKeys() {}

  /** Hash of a user's sessions by device. */
  public static String ofUser(String userId) {
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
}
