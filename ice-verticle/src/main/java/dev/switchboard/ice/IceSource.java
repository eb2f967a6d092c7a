package dev.switchboard.ice;

import io.vertx.core.Future;

/** Where the list comes from; may be asked on any thread. */
@FunctionalInterface
interface IceSource {
  /** How long a request over HTTP may wait for a provider, in milliseconds. */
  long PATIENCE_MILLIS = 300;

  /** As {@link #PATIENCE_MILLIS}, for a call, which itself waits 100 ms for the list. */
  long CALL_PATIENCE_MILLIS = 70;

  /**
   * The list for one asker. At once, unless a provider is being asked for its first list, or the
   * first since its last one ended: then in the time given. Never fails; completes on the caller's
   * context.
   */
  Future<IceOffer> offer(Asker asker, long patienceMillis);
}
