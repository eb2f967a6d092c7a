package dev.switchboard.signaling.edge;

import dev.switchboard.shared.role.EdgeId;
import io.netty.channel.EventLoop;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What goes from this process to one edge of another, in order: by the bus, and by the mailbox once
 * the bus times out or has lost the edge. Everything unacknowledged by then is sent again by the
 * mailbox, so that nothing is overtaken; the edge deduplicates. What a loop sends in one turn
 * crosses the bus as one message, since that is what a relayed candidate costs. Any thread.
 */
final class EdgeChannel {
  /** How long the bus is avoided after a timeout: until it knows by itself. */
  private static final long AVOIDED_NANOS = TimeUnit.SECONDS.toNanos(4);

  /** So many messages, and so long frames, cross the bus as one. */
  private static final int MOST = 64;

  private static final int MOST_CHARS = 65_536;

  private final EdgeId target;
  private final String name;
  private final Function<EdgeBatch, Future<List<Receipt>>> bus;
  private final @Nullable EdgeMailbox mailbox;
  private final Runnable onExpired;
  private final Map<Long, Sent> unacknowledged = new LinkedHashMap<>();
  private final Map<EventLoop, Batch> open = new HashMap<>();
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
      Function<EdgeBatch, Future<List<Receipt>>> bus,
      @Nullable EdgeMailbox mailbox,
      Runnable onExpired) {
    this.target = target;
    this.name = name;
    this.bus = bus;
    this.mailbox = mailbox;
    this.onExpired = onExpired;
  }

  /** An envelope without an answer yet, and the context that waits for it. */
  private record Sent(
      EdgeEnvelope envelope, Promise<Receipt> answer, @Nullable ContextInternal context) {
    void complete(Receipt receipt) {
      if (context == null) {
        answer.tryComplete(receipt);
      } else {
        context.emit(receipt, answer::tryComplete);
      }
    }
  }

  /** What a loop sends in one turn. */
  private static final class Batch {
    final List<Sent> all = new ArrayList<>(4);
    private int chars;

    /** False if it is full; a message of any size finds room by itself. */
    boolean add(Sent sent) {
      String frame = sent.envelope().message().frame();
      int more = chars + (frame == null ? 0 : frame.length());
      boolean fits = all.isEmpty() || (all.size() < MOST && more <= MOST_CHARS);
      if (fits) {
        all.add(sent);
        chars = more;
      }
      return fits;
    }
  }

  /** Sends a message; never fails. Completes on the caller's context. */
  Future<Receipt> send(EdgeMessage message) {
    ContextInternal context = (ContextInternal) Vertx.currentContext();
    Sent sent;
    synchronized (this) {
      EdgeEnvelope envelope = new EdgeEnvelope(name, ++last, message);
      sent = new Sent(envelope, Promise.promise(), context);
      if (mailbox != null && (isBusAvoided() || mailbox.isUnderWayTo(target))) {
        post(mailbox, sent, isBusAvoided());
        return sent.answer().future();
      }
      unacknowledged.put(envelope.number(), sent);
      if (context != null) {
        join(sent, context);
        return sent.answer().future();
      }
    }
    overTheBus(List.of(sent));
    return sent.answer().future();
  }

  /** Lets it leave at the end of this turn. */
  private void join(Sent sent, ContextInternal context) {
    EventLoop loop = context.nettyEventLoop();
    Batch known = open.get(loop);
    if (known != null && known.add(sent)) {
      return;
    }
    Batch batch = new Batch();
    batch.add(sent);
    open.put(loop, batch);
    context.runOnContext(turn -> leave(loop, batch));
  }

  private void leave(EventLoop loop, Batch batch) {
    List<Sent> left;
    synchronized (this) {
      open.remove(loop, batch);
      // The others have been posted meanwhile.
      left = batch.all.stream().filter(this::isUnacknowledged).toList();
    }
    if (!left.isEmpty()) {
      overTheBus(left);
    }
  }

  private boolean isUnacknowledged(Sent sent) {
    return unacknowledged.containsKey(sent.envelope().number());
  }

  private void overTheBus(List<Sent> all) {
    bus.apply(new EdgeBatch(all.stream().map(Sent::envelope).toList()))
        .onComplete(answer -> answered(all, answer));
  }

  private boolean isBusAvoided() {
    timedOut = timedOut && System.nanoTime() - timedOutAt < AVOIDED_NANOS;
    return timedOut;
  }

  private void answered(List<Sent> all, AsyncResult<List<Receipt>> answer) {
    ReplyFailure failure =
        answer.cause() instanceof ReplyException reply ? reply.failureType() : null;
    boolean lost = failure == ReplyFailure.NO_HANDLERS;
    if (mailbox != null && (lost || failure == ReplyFailure.TIMEOUT)) {
      postAll(mailbox, all, lost);
      return;
    }
    synchronized (this) {
      all.forEach(sent -> unacknowledged.remove(sent.envelope().number()));
    }
    Receipt failed = lost ? Receipt.STALE : Receipt.UNKNOWN;
    for (int i = 0; i < all.size(); i++) {
      all.get(i).complete(answer.succeeded() ? answer.result().get(i) : failed);
    }
  }

  private synchronized void postAll(EdgeMailbox mailbox, List<Sent> failed, boolean lost) {
    if (failed.stream().noneMatch(this::isUnacknowledged)) {
      return; // were posted along with others
    }
    List<Sent> all = List.copyOf(unacknowledged.values());
    unacknowledged.clear();
    timedOut = !lost;
    timedOutAt = System.nanoTime();
    all.forEach(sent -> post(mailbox, sent, !lost));
  }

  /** An edge that only timed out is never reported as gone, and has the time of its lease. */
  private void post(EdgeMailbox mailbox, Sent sent, boolean onlyTimedOut) {
    EdgeNote note = sent.envelope().message().note();
    boolean patient = onlyTimedOut && (note == null || !note.isUrgent());
    mailbox
        .send(target, sent.envelope(), patient)
        .onSuccess(
            receipt -> {
              boolean expired = receipt == Receipt.STALE && !onlyTimedOut;
              if (expired) {
                mailbox.tellOfLoss(target);
                onExpired.run();
              }
              sent.complete(expired || receipt == Receipt.DELIVERED ? receipt : Receipt.UNKNOWN);
            });
  }
}
