package dev.switchboard.signaling.calls;

/** When credentials that are bound to a call are renewed. */
final class IceRenewal {
  /** While the ICE role does not answer. */
  private static final long RETRY_MILLIS = 1_000;

  private IceRenewal() {}

  /**
   * After three quarters of their life: time enough for an ICE restart. A list that only was known
   * is replaced as soon as there is a new one. Milliseconds since the epoch.
   */
  static long at(long nowMillis, IceClient.Servers servers) {
    return nowMillis + (servers.fresh() ? servers.ttlSeconds() * 750 : RETRY_MILLIS);
  }
}
