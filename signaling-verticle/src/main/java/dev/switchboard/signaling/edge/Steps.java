package dev.switchboard.signaling.edge;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Steps that take effect in the order in which they were asked for: while one waits for a store,
 * later ones wait for it. A step's future must not fail. Belongs to one loop.
 */
public final class Steps {
  private boolean busy;
  private @Nullable Deque<Supplier<Future<Void>>> waiting;

  /** Runs a step once all earlier ones are done: at once if there are none. */
  public void run(Supplier<Future<Void>> step) {
    if (!busy) {
      begin(step);
      return;
    }
    if (waiting == null) {
      waiting = new ArrayDeque<>();
    }
    waiting.add(step);
  }

  private void begin(Supplier<Future<Void>> step) {
    Future<Void> done = step.get();
    if (done.isComplete()) {
      return;
    }
    busy = true;
    done.onComplete(
        ended -> {
          busy = false;
          Deque<Supplier<Future<Void>>> queue = waiting;
          while (queue != null && !busy && !queue.isEmpty()) {
            begin(queue.remove());
          }
        });
  }
}
