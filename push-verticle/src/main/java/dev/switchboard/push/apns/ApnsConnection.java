package dev.switchboard.push.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of APNs and what replaces it. A client that lost its connection waits ever longer
 * before it tries again (up to 32 s), and one whose connection hangs never does: after some
 * failures in a row a new one, which connects at once, takes its place. Used on any thread.
 */
final class ApnsConnection {
  private static final int FAILURES = 3;
  private static final long REPLACE_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Logger log = LoggerFactory.getLogger(ApnsConnection.class);

  private static final class Slot {
    final ApnsClient client;
    final long openedNanos = System.nanoTime();
    final java.util.concurrent.atomic.AtomicInteger failures =
        new java.util.concurrent.atomic.AtomicInteger();

    Slot(ApnsClient client) {
      this.client = client;
    }
  }

  private final Supplier<ApnsClient> open;
  private final long attemptMillis;
  private volatile Slot slot;

  ApnsConnection(Supplier<ApnsClient> open, long attemptMillis) {
    this.open = open;
    this.attemptMillis = attemptMillis;
    this.slot = new Slot(open.get());
  }

  /** True while its last attempt did not fail. */
  boolean isWell() {
    return slot.failures.get() == 0;
  }

  /** Sends; completes within the time of an attempt. */
  CompletableFuture<PushNotificationResponse<SimpleApnsPushNotification>> send(
      SimpleApnsPushNotification notification) {
    Slot used = slot;
    // a copy: the time-out must not complete the client's own future
    return used.client
        .sendNotification(notification)
        .copy()
        .orTimeout(attemptMillis, TimeUnit.MILLISECONDS)
        .whenComplete(
            (answer, failure) -> {
              if (failure == null) {
                used.failures.set(0);
              } else if (used.failures.incrementAndGet() >= FAILURES) {
                replace(used);
              }
            });
  }

  private synchronized void replace(Slot failed) {
    if (System.nanoTime() - failed.openedNanos < REPLACE_PAUSE_NANOS || slot != failed) {
      return;
    }
    Slot fresh = new Slot(open.get());
    // it has to prove itself before others are passed over for it
    fresh.failures.set(1);
    slot = fresh;
    log.warn("A connection to APNs fails, another takes its place");
    failed.client.close();
  }

  CompletableFuture<Void> close() {
    return slot.client.close();
  }
}
