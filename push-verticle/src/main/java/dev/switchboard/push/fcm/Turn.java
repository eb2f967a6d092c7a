package dev.switchboard.push.fcm;

import java.util.concurrent.TimeUnit;

/**
 * What the requests of one attempt share: the access token's and the message's. Belongs to the
 * thread of the attempt.
 */
final class Turn {
  /** The turn of the current thread. */
  static final ScopedValue<Turn> CURRENT = ScopedValue.newInstance();

  private final long until;
  private final long tokenMillis;
  private boolean refused;

  /**
   * Begins one.
   *
   * @param millis how long all of it may take
   * @param tokenMillis how long a request for an access token may take of that
   */
  Turn(long millis, long tokenMillis) {
    this.until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    this.tokenMillis = tokenMillis;
  }

  /** How long a request may take. */
  static long leftMillis(long usual) {
    return CURRENT.isBound()
        ? TimeUnit.NANOSECONDS.toMillis(CURRENT.get().until - System.nanoTime())
        : usual;
  }

  /** How long a request for an access token may take. */
  static long leftForTokenMillis(long usual) {
    long left = leftMillis(usual);
    return CURRENT.isBound() ? Math.min(left, CURRENT.get().tokenMillis) : left;
  }

  /** True if the access token was not refused before in this turn; a new one is worth a try. */
  static boolean mayRenewToken() {
    if (!CURRENT.isBound() || CURRENT.get().refused) {
      return false;
    }
    CURRENT.get().refused = true;
    return true;
  }
}
