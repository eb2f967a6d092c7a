package dev.switchboard.signaling.edge;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What others have sent an edge that has stood still waits until the edge has looked round: it
 * knows then which clients have gone meanwhile, and whether others took it for dead. Belongs to the
 * loop of its edge.
 */
final class Standstill {
  private static final long NOTICED_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Until the loops of a process have read what clients have left in its sockets. */
  private static final long READ_MILLIS = 100;

  /** A Redis that is away keeps nobody waiting for longer. */
  private static final long PATIENCE_MILLIS = 1_000;

  private final Vertx vertx;
  private final LongSupplier nanos;
  private final Supplier<Future<Void>> lookRound;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private boolean looking;
  private long beatNanos;

  /** Looks round by renewing a lease, along with which mail is fetched. */
  Standstill(Vertx vertx, LongSupplier nanos, Supplier<Future<Void>> lookRound) {
    this.vertx = vertx;
    this.nanos = nanos;
    this.lookRound = lookRound;
    this.beatNanos = nanos.getAsLong();
  }

  /** Called every second, as long as the loop runs. */
  void beat() {
    long now = nanos.getAsLong();
    boolean stood = now - beatNanos > NOTICED_NANOS;
    beatNanos = now;
    if (stood && !looking) {
      looking = true;
      long timer = vertx.setTimer(PATIENCE_MILLIS, late -> goOn());
      vertx
          .timer(READ_MILLIS)
          .compose(read -> lookRound.get())
          .onComplete(
              done -> {
                vertx.cancelTimer(timer);
                goOn();
              });
    }
  }

  /** True from when a standstill is over until the edge has looked round. */
  boolean isLookingRound() {
    if (nanos.getAsLong() - beatNanos > NOTICED_NANOS) {
      beat();
    }
    return looking;
  }

  /** Takes a step now, or once the edge has looked round. */
  void run(Runnable step) {
    if (isLookingRound()) {
      waiting.add(step);
    } else {
      step.run();
    }
  }

  private void goOn() {
    looking = false;
    while (!looking && !waiting.isEmpty()) {
      waiting.remove().run();
    }
  }
}
