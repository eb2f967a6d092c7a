package dev.switchboard.push.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.switchboard.push.send.SenderLine;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of APNs and what replaces it. A client that can't connect waits ever longer before it
 * tries again (up to 32 s). So a new one, which connects at once, takes its place when there is no
 * connection, and what was waiting goes there within the same attempt. A service that is slow on a
 * connection that works is waited for: what is under way must not go twice, so one that is replaced
 * stays until its answers have come. Used on any thread.
 */
final class ApnsConnection {
  /** Ends before the attempt is given up. */
  private static final long ANSWER_MILLIS = SenderLine.ATTEMPT_MILLIS - 500;

  /** How long it may take to be on its way, over a connection that may have to be made. */
  private static final long WRITTEN_MILLIS = 2_000;

  private static final long REPLACE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(900);
  private static final Logger log = LoggerFactory.getLogger(ApnsConnection.class);

  /** Opens a client whose frames are watched. */
  interface Opener extends Function<FrameWatch, ApnsClient> {}

  private static final class NotConnectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotConnectedException() {
      super("no connection to APNs", null, false, false);
    }
  }

  private static final class Slot {
    final FrameWatch watch = new FrameWatch();
    final ApnsClient client;
    final long openedNanos = System.nanoTime();
    volatile boolean failed;
    private int underWay;
    private boolean replaced;

    Slot(Opener open, boolean failed) {
      this.client = open.apply(watch);
      this.failed = failed;
    }

    private synchronized void begun() {
      underWay++;
    }

    private synchronized void ended() {
      underWay--;
      closeIfIdle();
    }

    /** Takes leave of it. */
    synchronized void replaced() {
      replaced = true;
      closeIfIdle();
    }

    private void closeIfIdle() {
      if (replaced && underWay == 0) {
        client.close();
      }
    }

    CompletableFuture<ApnsAnswer> send(SimpleApnsPushNotification notification, long millis) {
      begun();
      FrameWatch.Sent sent = watch.expect(notification.getApnsId());
      CompletableFuture<ApnsAnswer> answer = new CompletableFuture<>();
      sent.refused.thenAccept(answer::complete);
      client
          .sendNotification(notification)
          .whenComplete(
              (response, failure) -> {
                if (failure != null) {
                  answer.completeExceptionally(failure);
                } else if (response.isAccepted() || response.getRejectionReason().isPresent()) {
                  answer.complete(ApnsAnswer.of(response));
                }
              });
      sent.written
          .orTimeout(WRITTEN_MILLIS, TimeUnit.MILLISECONDS)
          .exceptionally(
              late -> {
                // on a connection that works it waits for its turn
                if (!watch.isAlive()) {
                  answer.completeExceptionally(new NotConnectedException());
                }
                return null;
              });
      return answer
          .orTimeout(millis, TimeUnit.MILLISECONDS)
          .whenComplete(
              (answered, failure) -> {
                failed = failure != null;
                watch.forget(notification.getApnsId(), sent);
                ended();
              });
    }
  }

  private final Opener open;
  private volatile Slot slot;

  ApnsConnection(Opener open) {
    this.open = open;
    this.slot = new Slot(open, false);
  }

  /** True while its last attempt did not fail. */
  boolean isWell() {
    return !slot.failed;
  }

  /** Sends; completes before an attempt is given up. */
  CompletableFuture<ApnsAnswer> send(SimpleApnsPushNotification notification) {
    long begun = System.nanoTime();
    Slot used = slot;
    return used.send(notification, ANSWER_MILLIS)
        .handle(
            (answer, failure) -> {
              if (failure == null) {
                if (FrameWatch.EXPIRED.equals(answer.reason())) {
                  // another client makes a provider token of its own
                  replace(used);
                }
                return CompletableFuture.completedFuture(answer);
              }
              if (cause(failure) instanceof TimeoutException) {
                return CompletableFuture.<ApnsAnswer>failedFuture(failure);
              }
              boolean stays = used.watch.isUsable();
              Slot now = stays ? used : replace(used);
              long gone = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
              return now.equals(used) && !stays
                  ? CompletableFuture.<ApnsAnswer>failedFuture(failure)
                  : now.send(notification, Math.max(1, ANSWER_MILLIS - gone));
            })
        .thenCompose(second -> second);
  }

  private static @Nullable Throwable cause(Throwable failure) {
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  /** Answers what takes its place by now; it does itself if it is too young to be replaced. */
  private synchronized Slot replace(Slot failed) {
    boolean young = System.nanoTime() - failed.openedNanos < REPLACE_PAUSE_NANOS;
    if (!young && slot.equals(failed)) {
      // it has to prove itself before others are passed over for it
      slot = new Slot(open, true);
      log.warn("A connection to APNs fails, another takes its place");
      failed.replaced();
    }
    return slot;
  }

  CompletableFuture<Void> close() {
    return slot.client.close();
  }
}
