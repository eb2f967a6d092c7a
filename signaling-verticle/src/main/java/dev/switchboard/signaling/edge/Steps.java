package dev.switchboard.signaling.edge;

import dev.switchboard.shared.log.LogKeys;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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
  private boolean paused;

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

  public boolean areBusy() {
    return busy;
  }

  /**
   * Runs a step once all earlier ones are done: at once if there are none. One that is asked for
   * within another follows it. Its failure is logged.
   */
  public void run(Supplier<Future<Void>> step) {
    if (!busy) {
      busy = true;
      begin(step);
      return;
    }
    Deque<Supplier<Future<Void>>> queue = waiting;
    if (queue == null) {
      queue = new ArrayDeque<>();
      waiting = queue;
    }
    queue.add(step);
  }

  /** As {@link #run}; ends as the step does, whose failure is its caller's. */
  public Future<Void> call(Supplier<Future<Void>> step) {
    Promise<Void> done = Promise.promise();
    run(() -> step.get().onComplete(done).otherwiseEmpty());
    return done.future();
  }

  private void begin(@Nullable Supplier<Future<Void>> first) {
    Supplier<Future<Void>> step = first;
    while (step != null) {
      Future<Void> done = result(step);
      if (!done.isComplete()) {
        if (!paused) {
          paused = true;
          onBusy.run();
        }
        done.onComplete(ended -> proceed());
        return;
      }
      step = next();
    }
    busy = false;
    if (paused) {
      paused = false;
      onFree.run();
    }
  }

  private void proceed() {
    begin(next());
  }

  private @Nullable Supplier<Future<Void>> next() {
    Deque<Supplier<Future<Void>>> queue = waiting;
    return queue == null ? null : queue.poll();
  }

  private Future<Void> result(Supplier<Future<Void>> step) {
    Future<Void> done;
    try {
      done = step.get();
    } catch (RuntimeException failure) {
      done = Future.failedFuture(failure);
    }
    return done.onFailure(this::failed);
  }

  private void failed(Throwable failure) {
    log.atError()
        .addKeyValue(LogKeys.SESSION, client)
        .setCause(failure)
        .log("a step of a client failed");
  }
}
