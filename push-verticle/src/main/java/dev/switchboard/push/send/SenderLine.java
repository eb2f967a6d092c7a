package dev.switchboard.push.send;

import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.shared.push.Cause;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What stands before a sender: at most so many attempts at a time, rings first, and none that waits
 * for long. An attempt that lasts for long makes room for others. Belongs to one event loop.
 */
public final class SenderLine {
  /** How long an attempt may take, in milliseconds. */
  public static final long ATTEMPT_MILLIS = 10_000;

  /** How long an attempt may wait for its turn, in milliseconds. */
  public static final long WAIT_MILLIS = 1_200;

  /** How long it keeps its place: few services that are slow must not hold up the others. */
  private static final long PLACE_MILLIS = 3_000;

  private static final long BUDGET_PAUSE_MILLIS = 200;

  /** Kept free of everything but rings: one in so many. */
  private static final int RESERVE = 8;

  private final Vertx vertx;
  private final PushSender sender;
  private final @Nullable Budget budget;
  private final int most;

  /**
   * So many at a time may be others than rings at first, since code that has not run yet is slow
   * and what is begun must be answered in time. Each answer allows one more, each failure two less:
   * few services that hang must not hold up the others.
   */
  private static final int FEWEST = 64;

  private final Deque<Waiting> rings = new ArrayDeque<>();
  private final Deque<Waiting> others = new ArrayDeque<>();
  private int underWay;
  private int allowed;

  /** The turn did not come in time. It was no attempt. */
  public static final class NoTurnException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoTurnException(String reason) {
      super(reason, null, false, false);
    }
  }

  private static final class Waiting {
    final Promise<Void> turn = Promise.promise();
    boolean gone;
  }

  /**
   * Makes one.
   *
   * @param budget what all nodes together may send; null for no limit
   * @param most attempts at a time
   */
  public SenderLine(Vertx vertx, PushSender sender, @Nullable Budget budget, int most) {
    this.vertx = vertx;
    this.sender = sender;
    this.budget = budget;
    this.most = most;
    this.allowed = FEWEST;
  }

  /** How many may be under way at a time now. */
  public int allowed() {
    return allowed;
  }

  /** The sender at its end. */
  public PushSender sender() {
    return sender;
  }

  /**
   * Makes an attempt when its turn comes. Fails with {@link NoTurnException} if it does not, with
   * {@link CauseLook.OverException} if its cause is over by then, and with what the sender fails
   * with.
   */
  public Future<Outcome> send(Push push, PushDevice device) {
    boolean ring = push.cause() == Cause.INCOMING_CALL;
    return turn(ring)
        .compose(
            go -> {
              Place place = new Place();
              return allowed(ring)
                  .compose(granted -> push.look().again())
                  .compose(wanted -> attempt(push, device, place))
                  .onComplete(ended -> place.giveUp());
            });
  }

  private Future<Outcome> attempt(Push push, PushDevice device, Place place) {
    Attempt attempt = new Attempt(place);
    try {
      sender.send(push, device).onComplete(attempt::answered);
    } catch (RuntimeException e) {
      attempt.answered(Future.failedFuture(e));
    }
    return attempt.outcome.future();
  }

  /** An attempt under way, with one timer: first for its place, then for its answer. */
  private final class Attempt {
    final Promise<Outcome> outcome = Promise.promise();
    private final Place place;
    private boolean slow;
    private long timer;

    Attempt(Place place) {
      this.place = place;
      this.timer = vertx.setTimer(PLACE_MILLIS, id -> slow());
    }

    private void slow() {
      slow = true;
      place.slow();
      timer =
          vertx.setTimer(
              ATTEMPT_MILLIS - PLACE_MILLIS,
              id ->
                  outcome.tryFail(
                      new TimeoutException("not completed within " + ATTEMPT_MILLIS + " ms")));
    }

    void answered(AsyncResult<Outcome> answer) {
      vertx.cancelTimer(timer);
      if (!slow) {
        learn(answer);
      }
      if (answer.succeeded()) {
        outcome.tryComplete(answer.result());
      } else {
        outcome.tryFail(answer.cause());
      }
    }
  }

  /** One of the places before the sender. */
  private final class Place {
    private boolean taken = true;

    void slow() {
      allowed = Math.max(FEWEST, allowed - 2);
      giveUp();
    }

    void giveUp() {
      if (taken) {
        taken = false;
        release();
      }
    }
  }

  private void learn(AsyncResult<Outcome> ended) {
    boolean failed = ended.failed() || ended.result() instanceof Outcome.Unavailable;
    allowed = failed ? Math.max(FEWEST, allowed - 2) : Math.min(most, allowed + 1);
  }

  /** How many may be under way for another to be begun. */
  private int places(boolean ring) {
    return ring ? most : Math.min(allowed, most - most / RESERVE);
  }

  private Future<Void> allowed(boolean ring) {
    return budget == null
        ? Future.succeededFuture()
        : granted(budget, ring, (int) (WAIT_MILLIS / BUDGET_PAUSE_MILLIS));
  }

  private Future<Void> granted(Budget from, boolean ring, int tries) {
    return from.take(ring)
        .compose(
            granted -> {
              if (granted) {
                return Future.succeededFuture();
              }
              return tries == 0
                  ? Future.failedFuture(new NoTurnException("provider budget used up"))
                  : vertx
                      .timer(BUDGET_PAUSE_MILLIS, TimeUnit.MILLISECONDS)
                      .compose(later -> granted(from, ring, tries - 1));
            });
  }

  private Future<Void> turn(boolean ring) {
    if (underWay < places(ring)) {
      underWay++;
      return Future.succeededFuture();
    }
    Waiting waiting = new Waiting();
    (ring ? rings : others).add(waiting);
    long timer =
        vertx.setTimer(
            WAIT_MILLIS,
            id -> {
              waiting.gone = true;
              waiting.turn.tryFail(new NoTurnException("too many under way"));
            });
    return waiting.turn.future().onSuccess(now -> vertx.cancelTimer(timer));
  }

  private void release() {
    underWay--;
    Waiting next = next();
    while (next != null) {
      underWay++;
      next.turn.complete();
      next = next();
    }
  }

  private @Nullable Waiting next() {
    Waiting ring = underWay < places(true) ? next(rings) : null;
    return ring == null && underWay < places(false) ? next(others) : ring;
  }

  private static @Nullable Waiting next(Deque<Waiting> line) {
    Waiting first = line.poll();
    while (first != null && first.gone) {
      first = line.poll();
    }
    return first;
  }
}
