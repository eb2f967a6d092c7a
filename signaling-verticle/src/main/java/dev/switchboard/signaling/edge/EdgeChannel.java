package dev.switchboard.signaling.edge;

import dev.switchboard.shared.role.EdgeId;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What goes from this process to one edge of another, in order: by the bus, and by the mailbox once
 * the bus times out or has lost the edge. Everything unacknowledged by then is sent again by the
 * mailbox, so that nothing is overtaken; the edge deduplicates. Any thread.
 */
final class EdgeChannel {
  /** How long the bus is avoided after a timeout: until it knows by itself. */
  private static final long AVOIDED_NANOS = TimeUnit.SECONDS.toNanos(4);

  private final EdgeId target;
  private final String name;
  private final Function<EdgeEnvelope, Future<Receipt>> bus;
  private final @Nullable EdgeMailbox mailbox;
  private final Runnable onExpired;
  private final Map<Long, Sent> unacknowledged = new LinkedHashMap<>();
  private long last;
  private boolean timedOut;
  private long timedOutAt;

  /**
   * Makes one.
   *
   * @param name like no other channel's of any process
   * @param mailbox null if there is none
   * @param onExpired called when neither way leads to the edge any more
   */
  EdgeChannel(
      EdgeId target,
      String name,
      Function<EdgeEnvelope, Future<Receipt>> bus,
      @Nullable EdgeMailbox mailbox,
      Runnable onExpired) {
    this.target = target;
    this.name = name;
    this.bus = bus;
    this.mailbox = mailbox;
    this.onExpired = onExpired;
  }

  /** An envelope without an answer yet, and the context that waits for it. */
  private record Sent(EdgeEnvelope envelope, Promise<Receipt> answer, @Nullable Context context) {
    void complete(Receipt receipt) {
      if (context == null) {
        answer.tryComplete(receipt);
      } else {
        context.runOnContext(now -> answer.tryComplete(receipt));
      }
    }
  }

  /** Sends a message; never fails. Completes on the caller's context. */
  Future<Receipt> send(EdgeMessage message) {
    Sent sent;
    synchronized (this) {
      EdgeEnvelope envelope = new EdgeEnvelope(name, ++last, message);
      sent = new Sent(envelope, Promise.promise(), Vertx.currentContext());
      if (mailbox != null && (isBusAvoided() || mailbox.isUnderWayTo(target))) {
        post(mailbox, sent, isBusAvoided());
        return sent.answer().future();
      }
      unacknowledged.put(envelope.number(), sent);
    }
    bus.apply(sent.envelope()).onComplete(answer -> answered(sent, answer));
    return sent.answer().future();
  }

  private boolean isBusAvoided() {
    timedOut = timedOut && System.nanoTime() - timedOutAt < AVOIDED_NANOS;
    return timedOut;
  }

  private void answered(Sent sent, AsyncResult<Receipt> answer) {
    ReplyFailure failure =
        answer.cause() instanceof ReplyException reply ? reply.failureType() : null;
    boolean lost = failure == ReplyFailure.NO_HANDLERS;
    if (mailbox != null && (lost || failure == ReplyFailure.TIMEOUT)) {
      postAll(mailbox, sent, lost);
      return;
    }
    synchronized (this) {
      unacknowledged.remove(sent.envelope().number());
    }
    Receipt failed = lost ? Receipt.STALE : Receipt.UNKNOWN;
    sent.answer().tryComplete(answer.succeeded() ? answer.result() : failed);
  }

  private synchronized void postAll(EdgeMailbox mailbox, Sent first, boolean lost) {
    if (!unacknowledged.containsKey(first.envelope().number())) {
      return; // was posted along with another
    }
    List<Sent> all = List.copyOf(unacknowledged.values());
    unacknowledged.clear();
    timedOut = !lost;
    timedOutAt = System.nanoTime();
    all.forEach(sent -> post(mailbox, sent, !lost));
  }

  /** An edge that only timed out is never reported as gone. */
  private void post(EdgeMailbox mailbox, Sent sent, boolean onlyTimedOut) {
    mailbox
        .send(target, sent.envelope())
        .onSuccess(
            receipt -> {
              boolean expired = receipt == Receipt.STALE && !onlyTimedOut;
              if (expired) {
                mailbox.takenForDead(target);
                onExpired.run();
              }
              sent.complete(expired || receipt == Receipt.DELIVERED ? receipt : Receipt.UNKNOWN);
            });
  }
}
