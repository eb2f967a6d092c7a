package dev.switchboard.signaling.calls;

/** When credentials that are bound to a call are renewed. */
final class IceRenewal {
  private IceRenewal() {}

  /**
   * After three quarters of their life: time enough for an ICE restart. Milliseconds since the
   * epoch.
   */
  static long at(long nowMillis, long ttlSeconds) {
    return nowMillis + ttlSeconds * 750;
  }
}
