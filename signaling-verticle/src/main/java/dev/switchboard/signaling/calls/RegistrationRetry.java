package dev.switchboard.signaling.calls;

import dev.switchboard.shared.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A registration that met no store is made good when the store is back, since the client has said
 * all that is needed. It is tried for as long as the socket lives. One per socket, on the loop of
 * its edge.
 */
final class RegistrationRetry {
  private static final long SHORTEST_WAIT_MILLIS = 200;
  private static final long LONGEST_WAIT_MILLIS = 1_000;

  private final Vertx vertx;
  private final Function<Supplier<Future<Void>>, Future<Void>> inOrder;
  private @Nullable Supplier<Future<Void>> pending;
  private long timer = -1;

  /**
   * Makes one.
   *
   * @param inOrder runs a step once the socket's earlier registrations are done
   */
  RegistrationRetry(Vertx vertx, Function<Supplier<Future<Void>>, Future<Void>> inOrder) {
    this.vertx = vertx;
    this.inOrder = inOrder;
  }

  /** True while a registration waits for the store. */
  boolean isPending() {
    return pending != null;
  }

  /** Tries until it does not fail for a store that is away. Replaces what waited before. */
  void start(Supplier<Future<Void>> registration) {
    cancel();
    pending = registration;
    again(registration);
  }

  /** What waits is not wanted any more. */
  void cancel() {
    pending = null;
    vertx.cancelTimer(timer);
  }

  private void again(Supplier<Future<Void>> registration) {
    // Spread, so that a Redis that is back is not met by all sockets at once.
    long wait = ThreadLocalRandom.current().nextLong(SHORTEST_WAIT_MILLIS, LONGEST_WAIT_MILLIS);
    timer = vertx.setTimer(wait, id -> attempt(registration));
  }

  private void attempt(Supplier<Future<Void>> registration) {
    inOrder
        .apply(() -> isWanted(registration) ? registration.get() : Future.succeededFuture())
        .onComplete(
            done -> {
              if (isWanted(registration)) {
                if (done.cause() instanceof StoreUnavailableException) {
                  again(registration);
                } else {
                  pending = null;
                }
              }
            });
  }

  @SuppressWarnings("ReferenceEquality") // this very registration
  private boolean isWanted(Supplier<Future<Void>> registration) {
    return pending == registration;
  }
}
