package dev.switchboard.push.fcm;

import dev.switchboard.push.send.CauseLook;
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
  private final CauseLook look;
  private boolean refused;

  /**
   * Begins one.
   *
   * @param millis how long all of it may take
   * @param tokenMillis how long a request for an access token may take of that
   * @param look asked before its message goes out
   */
  Turn(long millis, long tokenMillis, CauseLook look) {
    this.until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    this.tokenMillis = tokenMillis;
    this.look = look;
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

  /** What tells whether a message is still of use. */
  static CauseLook look() {
    return CURRENT.isBound() ? CURRENT.get().look : CauseLook.NEVER_OVER;
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
