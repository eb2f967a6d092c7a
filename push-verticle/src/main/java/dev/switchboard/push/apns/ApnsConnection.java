package dev.switchboard.push.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.switchboard.push.send.CauseLook;
import dev.switchboard.push.send.SenderLine;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of APNs and what replaces it. A client that can't connect waits ever longer before it
 * tries again (up to 32 s). So a new one, which connects at once, takes its place when there is no
 * connection, and what was waiting goes there within the same attempt. A service that is slow on a
 * connection that works is waited for: what is under way must not go twice, so one that is replaced
 * stays until its answers have come. Used on event loops of Vert.x.
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

  private final class Slot {
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

    /**
     * What the connection keeps waiting is looked at again. Completes on the calling event loop.
     */
    Future<ApnsAnswer> send(
        SimpleApnsPushNotification notification, CauseLook look, long begunNanos) {
      return write(notification, look::isFresh, left(begunNanos))
          .recover(
              failure ->
                  failure instanceof Departure.LateException
                      ? look.again()
                          .compose(go -> write(notification, () -> true, left(begunNanos)))
                      : Future.failedFuture(failure));
    }

    private Future<ApnsAnswer> write(
        SimpleApnsPushNotification notification, BooleanSupplier mayGo, long millis) {
      begun();
      FrameWatch.Sent sent = watch.expect(notification.getApnsId());
      client
          .sendNotification(
              new Departure(notification, () -> mayGo.getAsBoolean() && !sent.answer.isDone()))
          .whenComplete(
              (response, failure) -> {
                if (failure != null) {
                  sent.answer.completeExceptionally(failure);
                } else if (response.isAccepted() || response.getRejectionReason().isPresent()) {
                  sent.answer.complete(ApnsAnswer.of(response));
                }
              });
      Limit limit = new Limit(this, sent, millis);
      return Future.fromCompletionStage(sent.answer, vertx.getOrCreateContext())
          .onComplete(
              answered -> {
                limit.cancel();
                failed =
                    answered.failed() && !(answered.cause() instanceof Departure.LateException);
                watch.forget(notification.getApnsId(), sent);
                ended();
              });
    }
  }

  /** Ends a wait, with one timer: first for what is not on its way, then for the answer. */
  private final class Limit {
    private final FrameWatch.Sent sent;
    private long timer;

    Limit(Slot slot, FrameWatch.Sent sent, long millis) {
      this.sent = sent;
      long first = Math.min(WRITTEN_MILLIS, millis);
      this.timer = vertx.setTimer(first, id -> look(slot.watch, millis - first));
    }

    private void look(FrameWatch watch, long left) {
      // on a connection that works it waits for its turn
      if (!sent.isWritten() && !watch.isAlive()) {
        sent.answer.completeExceptionally(new NotConnectedException());
      } else {
        timer =
            vertx.setTimer(
                Math.max(1, left),
                id -> sent.answer.completeExceptionally(new TimeoutException("no answer of APNs")));
      }
    }

    void cancel() {
      vertx.cancelTimer(timer);
    }
  }

  private final Vertx vertx;
  private final Opener open;
  private volatile Slot slot;

  ApnsConnection(Vertx vertx, Opener open) {
    this.vertx = vertx;
    this.open = open;
    this.slot = new Slot(open, false);
  }

  /** True while its last attempt did not fail. */
  boolean isWell() {
    return !slot.failed;
  }

  /**
   * Sends; completes on the calling event loop, before an attempt is given up. Fails as {@link
   * CauseLook#again} where it had to wait.
   */
  Future<ApnsAnswer> send(SimpleApnsPushNotification notification, CauseLook look) {
    long begun = System.nanoTime();
    Slot used = slot;
    return used.send(notification, look, begun)
        .onSuccess(
            answer -> {
              if (FrameWatch.EXPIRED.equals(answer.reason())) {
                // another client makes a provider token of its own
                replace(used);
              }
            })
        .recover(
            failure ->
                failure instanceof TimeoutException || failure instanceof CauseLook.OverException
                    ? Future.failedFuture(failure)
                    : look.again()
                        .compose(
                            go -> {
                              boolean stays = used.watch.isUsable();
                              Slot now = stays ? used : replace(used);
                              return now.equals(used) && !stays
                                  ? Future.failedFuture(failure)
                                  : now.send(notification, look, begun);
                            }));
  }

  private static long left(long begunNanos) {
    return Math.max(
        1, ANSWER_MILLIS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos));
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
