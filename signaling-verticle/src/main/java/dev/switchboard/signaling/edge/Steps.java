package dev.switchboard.signaling.edge;

import dev.switchboard.shared.log.LogKeys;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps of one client that take effect in the order in which they were asked for: while one waits
 * for a store, later ones wait for it. Belongs to one loop.
 */
public final class Steps {
  private static final Logger log = LoggerFactory.getLogger(Steps.class);

  private final String client;
  private final Runnable onBusy;
  private final Runnable onFree;
  private @Nullable Deque<Supplier<Future<Void>>> waiting;
  private boolean busy;

  /** Steps of a client, which the log names. */
  public Steps(String client) {
    this(client, () -> {}, () -> {});
  }

  /**
   * As {@link #Steps(String)}, with what is done when later steps begin to wait, and at the end.
   */
  public Steps(String client, Runnable onBusy, Runnable onFree) {
    this.client = client;
    this.onBusy = onBusy;
    this.onFree = onFree;
  }

  /** True while a step waits. */
  public boolean areBusy() {
    return busy;
  }

  /**
   * Runs a step once all earlier ones are done: at once if there are none. Its failure is logged.
   */
  public void run(Supplier<Future<Void>> step) {
    if (!busy) {
      if (!isDone(step)) {
        onBusy.run();
      }
      return;
    }
    Deque<Supplier<Future<Void>>> queue = waiting;
    if (queue == null) {
      queue = new ArrayDeque<>();
      waiting = queue;
    }
    queue.add(step);
  }

  private boolean isDone(Supplier<Future<Void>> step) {
    Future<Void> done;
    try {
      done = step.get();
    } catch (RuntimeException failure) {
      done = Future.failedFuture(failure);
    }
    done.onFailure(this::failed);
    busy = !done.isComplete();
    if (busy) {
      done.onComplete(ended -> proceed());
    }
    return !busy;
  }

  private void failed(Throwable failure) {
    log.atError()
        .addKeyValue(LogKeys.SESSION, client)
        .setCause(failure)
        .log("a step of a client failed");
  }

  private void proceed() {
    busy = false;
    Deque<Supplier<Future<Void>>> queue = waiting;
    while (queue != null && !queue.isEmpty()) {
      if (!isDone(queue.remove())) {
        return;
      }
    }
    onFree.run();
  }
}
