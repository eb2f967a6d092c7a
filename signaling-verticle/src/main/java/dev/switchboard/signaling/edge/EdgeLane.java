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
 * What goes from this process to one edge of another, in order: by the bus, and round by Redis once
 * that is silent or has lost the edge. Everything that has no answer by then goes round with it, so
 * that nothing is overtaken. Any thread.
 */
final class EdgeLane {
  /** How long the bus is not trusted after it was silent: until it knows by itself. */
  private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(4);

  private final EdgeId target;
  private final String name;
  private final Function<EdgeLetter, Future<Receipt>> bus;
  private final @Nullable EdgeMail mail;
  private final Runnable onDead;
  private final Map<Long, Sent> underWay = new LinkedHashMap<>();
  private long last;
  private boolean silent;
  private long silentSince;

  /**
   * Makes one.
   *
   * @param name like no other lane's of any process
   * @param mail the way round; null if there is none
   * @param onDead told when neither way leads to the edge any more
   */
  EdgeLane(
      EdgeId target,
      String name,
      Function<EdgeLetter, Future<Receipt>> bus,
      @Nullable EdgeMail mail,
      Runnable onDead) {
    this.target = target;
    this.name = name;
    this.bus = bus;
    this.mail = mail;
    this.onDead = onDead;
  }

  /** A letter without an answer yet, and the context that waits for it. */
  private record Sent(EdgeLetter letter, Promise<Receipt> answer, @Nullable Context context) {
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
      EdgeLetter letter = new EdgeLetter(name, ++last, message);
      sent = new Sent(letter, Promise.promise(), Vertx.currentContext());
      if (mail != null && (isSilent() || mail.isUnderWayTo(target))) {
        goRound(mail, sent, isSilent());
        return sent.answer().future();
      }
      underWay.put(letter.number(), sent);
    }
    bus.apply(sent.letter()).onComplete(answer -> answered(sent, answer));
    return sent.answer().future();
  }

  private boolean isSilent() {
    silent = silent && System.nanoTime() - silentSince < SILENT_NANOS;
    return silent;
  }

  private void answered(Sent sent, AsyncResult<Receipt> answer) {
    ReplyFailure failure =
        answer.cause() instanceof ReplyException reply ? reply.failureType() : null;
    boolean lost = failure == ReplyFailure.NO_HANDLERS;
    if (mail != null && (lost || failure == ReplyFailure.TIMEOUT)) {
      allGoRound(mail, sent, lost);
      return;
    }
    synchronized (this) {
      underWay.remove(sent.letter().number());
    }
    Receipt unknown = lost ? Receipt.NO_SESSION : Receipt.UNKNOWN;
    sent.answer().tryComplete(answer.succeeded() ? answer.result() : unknown);
  }

  private synchronized void allGoRound(EdgeMail round, Sent first, boolean lost) {
    if (!underWay.containsKey(first.letter().number())) {
      return; // has gone round with another
    }
    List<Sent> all = List.copyOf(underWay.values());
    underWay.clear();
    silent = !lost;
    silentSince = System.nanoTime();
    all.forEach(sent -> goRound(round, sent, !lost));
  }

  /** Of an edge that was only silent nobody says that it is gone. */
  private void goRound(EdgeMail round, Sent sent, boolean onlySilent) {
    round
        .send(target, sent.letter())
        .onSuccess(
            receipt -> {
              boolean dead = receipt == Receipt.NO_SESSION && !onlySilent;
              if (dead) {
                onDead.run();
              }
              sent.complete(dead || receipt == Receipt.DELIVERED ? receipt : Receipt.UNKNOWN);
            });
  }
}
