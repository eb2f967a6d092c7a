package dev.switchboard.push.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of APNs and what replaces it. A client that lost its connection waits ever longer
 * before it tries again (up to 32 s), and one whose connection hangs never does. So a new one,
 * which connects at once, takes its place when nothing is answered any more, and what was waiting
 * goes there within the same attempt; also after some failures in a row. Used on any thread.
 */
final class ApnsConnection {
  /** How long an answer may take before the connection is looked at. */
  private static final long FIRST_MILLIS = 1_000;

  /** How long it may take after that. */
  private static final long REST_MILLIS = 1_800;

  private static final int FAILURES = 3;

  /** One that has answered nothing yet may still be connecting. */
  private static final long NEW_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long REPLACE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(900);
  private static final Logger log = LoggerFactory.getLogger(ApnsConnection.class);

  private static final class Slot {
    final ApnsClient client;
    final long openedNanos = System.nanoTime();
    final AtomicInteger failures = new AtomicInteger();
    final AtomicInteger answers = new AtomicInteger();

    Slot(ApnsClient client) {
      this.client = client;
    }

    /** A copy: a time-out must not complete the client's own future. */
    CompletableFuture<PushNotificationResponse<SimpleApnsPushNotification>> send(
        SimpleApnsPushNotification notification) {
      return client
          .sendNotification(notification)
          .copy()
          .whenComplete(
              (answer, failure) -> {
                if (failure == null) {
                  answers.incrementAndGet();
                }
              });
    }

    /** True if nothing was answered since there were so many answers. */
    boolean hangs(int answersBefore) {
      int now = answers.get();
      boolean connected = now > 0 || System.nanoTime() - openedNanos > NEW_NANOS;
      return connected && now == answersBefore;
    }
  }

  private final Supplier<ApnsClient> open;
  private volatile Slot slot;

  ApnsConnection(Supplier<ApnsClient> open) {
    this.open = open;
    this.slot = new Slot(open.get());
  }

  /** True while its last attempt did not fail. */
  boolean isWell() {
    return slot.failures.get() == 0;
  }

  /** Sends; completes within 2.8 s. */
  CompletableFuture<PushNotificationResponse<SimpleApnsPushNotification>> send(
      SimpleApnsPushNotification notification) {
    Slot used = slot;
    int before = used.answers.get();
    var sent = used.send(notification);
    return sent.copy()
        .orTimeout(FIRST_MILLIS, TimeUnit.MILLISECONDS)
        .handle(
            (answer, failure) -> {
              if (failure instanceof TimeoutException && used.hangs(before)) {
                replace(used);
              }
              Slot now = slot;
              var second = failure != null && now != used ? now.send(notification) : sent;
              return second
                  .copy()
                  .orTimeout(REST_MILLIS, TimeUnit.MILLISECONDS)
                  .whenComplete((last, problem) -> note(now, problem));
            })
        .thenCompose(second -> second);
  }

  private void note(Slot used, @Nullable Throwable failure) {
    if (failure == null) {
      used.failures.set(0);
    } else if (used.failures.incrementAndGet() >= FAILURES) {
      replace(used);
    }
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
