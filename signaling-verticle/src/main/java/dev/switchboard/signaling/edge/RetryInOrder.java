package dev.switchboard.signaling.edge;

import dev.switchboard.shared.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Retries a step of a client that failed because the store is unavailable, for as long as the
 * client is connected, since it has sent all that is needed. One per client, on the loop of its
 * edge.
 */
public final class RetryInOrder {
  private static final long SHORTEST_WAIT_MILLIS = 200;
  private static final long LONGEST_WAIT_MILLIS = 1_000;

  private final Vertx vertx;
  private final Steps steps;
  private @Nullable Supplier<Future<Void>> pending;
  private long timer = -1;

  /** Retries among these steps of the client. */
  public RetryInOrder(Vertx vertx, Steps steps) {
    this.vertx = vertx;
    this.steps = steps;
  }

  public boolean isPending() {
    return pending != null;
  }

  /** Retries until the store is available. Replaces what was retried before. */
  public void start(Supplier<Future<Void>> step) {
    cancel();
    pending = step;
    again(step);
  }

  public void cancel() {
    pending = null;
    vertx.cancelTimer(timer);
  }

  private void again(Supplier<Future<Void>> step) {
    // Spread, so that not all clients meet a store at the moment at which it is back.
    long wait = ThreadLocalRandom.current().nextLong(SHORTEST_WAIT_MILLIS, LONGEST_WAIT_MILLIS);
    timer = vertx.setTimer(wait, id -> attempt(step));
  }

  private void attempt(Supplier<Future<Void>> step) {
    steps
        .call(() -> isWanted(step) ? step.get() : Future.succeededFuture())
        .onComplete(
            done -> {
              if (isWanted(step)) {
                if (done.cause() instanceof StoreUnavailableException) {
                  again(step);
                } else {
                  pending = null;
                }
              }
            });
  }

  @SuppressWarnings("ReferenceEquality") // this very step
  private boolean isWanted(Supplier<Future<Void>> step) {
    return pending == step;
  }
}
