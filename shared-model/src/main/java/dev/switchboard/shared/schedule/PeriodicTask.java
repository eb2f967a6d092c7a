package dev.switchboard.shared.schedule;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A step that is done again and again on one event loop, never twice at once, with a pause after
 * each. After a failure the pause grows from {@link #FIRST_BACK_OFF_MILLIS} to {@link
 * #LAST_BACK_OFF_MILLIS}. A row of failures is logged once, and its end. A step that deals with its
 * failures itself returns a future that succeeds: then the pause stays the same and nothing is
 * logged.
 *
 * <p>Steps run on the context on which it was started, wherever their futures complete. Its methods
 * may be called on any thread.
 */
public final class PeriodicTask {
  static final long FIRST_BACK_OFF_MILLIS = 100;
  static final long LAST_BACK_OFF_MILLIS = 2_000;
  private static final Logger log = LoggerFactory.getLogger(PeriodicTask.class);
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final Context context;
  private final String name;
  private final long pauseMillis;
  private final Supplier<Future<?>> step;
  private final Promise<Void> ended = Promise.promise();
  private boolean stopped;
  private boolean again;
  private int failures;
  private long timer = NO_TIMER;

  private PeriodicTask(Vertx vertx, String name, long pauseMillis, Supplier<Future<?>> step) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.name = name;
    this.pauseMillis = pauseMillis;
    this.step = step;
  }

  /**
   * Begins with a step at once.
   *
   * @param name what the step does, for the log: {@code Reading push:rings}
   * @param pauseMillis from the end of a step to the next
   * @param step what is done; it may throw as well as fail
   */
  public static PeriodicTask start(
      Vertx vertx, String name, long pauseMillis, Supplier<Future<?>> step) {
    PeriodicTask task = new PeriodicTask(vertx, name, pauseMillis, step);
    task.context.runOnContext(begin -> task.run());
    return task;
  }

  /** Begins with a pause; otherwise as {@link #start}. */
  public static PeriodicTask startAfterPause(
      Vertx vertx, String name, long pauseMillis, Supplier<Future<?>> step) {
    PeriodicTask task = new PeriodicTask(vertx, name, pauseMillis, step);
    task.context.runOnContext(begin -> task.pause(pauseMillis));
    return task;
  }

  private void run() {
    timer = NO_TIMER;
    if (stopped) {
      ended.tryComplete();
      return;
    }
    again = false;
    Future<?> done;
    try {
      done = step.get();
    } catch (RuntimeException e) {
      done = Future.failedFuture(e);
    }
    done.onComplete(result -> context.runOnContext(back -> finished(result.cause())));
  }

  private void finished(@Nullable Throwable failure) {
    if (failure == null) {
      succeeded();
    } else {
      failed(failure);
    }
  }

  private void succeeded() {
    if (failures > 0) {
      log.info("{} works again", name);
    }
    failures = 0;
    pause(again ? 0 : pauseMillis);
  }

  private void failed(Throwable failure) {
    if (failures == 0 && !stopped) {
      log.warn("{} failed, is tried again: {}", name, String.valueOf(failure.getMessage()));
    }
    long backOff = FIRST_BACK_OFF_MILLIS << Math.min(failures, 10);
    failures++;
    pause(Math.min(backOff, LAST_BACK_OFF_MILLIS));
  }

  private void pause(long millis) {
    if (stopped || millis == 0) {
      context.runOnContext(next -> run());
    } else {
      timer = vertx.setTimer(millis, id -> run());
    }
  }

  /** Does the next step without waiting for the rest of the pause, or right after this step. */
  public void soon() {
    context.runOnContext(
        now -> {
          again = true;
          if (timer != NO_TIMER && vertx.cancelTimer(timer)) {
            run();
          }
        });
  }

  /** Ends it; completes when the step under way has ended. */
  public Future<Void> stop() {
    context.runOnContext(
        now -> {
          stopped = true;
          if (timer != NO_TIMER) {
            // false if the verticle that started it was undeployed, which cancels timers
            vertx.cancelTimer(timer);
            timer = NO_TIMER;
            ended.tryComplete();
          }
        });
    return ended.future();
  }
}
