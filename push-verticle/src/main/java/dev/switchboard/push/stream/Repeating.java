package dev.switchboard.push.stream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A step that is done again and again on one event loop, never twice at once, with a pause after
 * each. After a failure the pause grows from {@link #FIRST_BACK_OFF_MILLIS} to {@link
 * #LAST_BACK_OFF_MILLIS}; a row of failures is told once.
 */
public final class Repeating {
  static final long FIRST_BACK_OFF_MILLIS = 100;
  static final long LAST_BACK_OFF_MILLIS = 2_000;
  private static final Logger log = LoggerFactory.getLogger(Repeating.class);

  private final Vertx vertx;
  private final Context context;
  private final String what;
  private final long pauseMillis;
  private final Supplier<Future<?>> step;
  private final Promise<Void> ended = Promise.promise();
  private boolean stopped;
  private boolean again;
  private int failures;
  private long timer = -1;

  private Repeating(Vertx vertx, String what, long pauseMillis, Supplier<Future<?>> step) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.what = what;
    this.pauseMillis = pauseMillis;
    this.step = step;
  }

  /** Starts on the calling event loop, to which it then belongs. */
  public static Repeating start(
      Vertx vertx, String what, long pauseMillis, Supplier<Future<?>> step) {
    Repeating repeating = new Repeating(vertx, what, pauseMillis, step);
    repeating.context.runOnContext(begin -> repeating.turn());
    return repeating;
  }

  private void turn() {
    timer = -1;
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
    done.onComplete(
        result -> {
          if (result.succeeded()) {
            succeeded();
          } else {
            failed(result.cause());
          }
        });
  }

  private void succeeded() {
    if (failures > 0) {
      log.info("{} works again", what);
    }
    failures = 0;
    pause(again ? 0 : pauseMillis);
  }

  private void failed(Throwable cause) {
    if (failures == 0 && !stopped) {
      log.warn("{} failed, is tried again: {}", what, String.valueOf(cause.getMessage()));
    }
    long backOff = FIRST_BACK_OFF_MILLIS << Math.min(failures, 10);
    failures++;
    pause(Math.min(backOff, LAST_BACK_OFF_MILLIS));
  }

  private void pause(long millis) {
    if (stopped || millis == 0) {
      context.runOnContext(next -> turn());
    } else {
      timer = vertx.setTimer(millis, id -> turn());
    }
  }

  /** Does the next step without waiting for the rest of the pause. */
  public void soon() {
    again = true;
    if (timer >= 0 && vertx.cancelTimer(timer)) {
      turn();
    }
  }

  /** Ends it; completes when the step under way has ended. */
  public Future<Void> stop() {
    stopped = true;
    if (timer >= 0 && vertx.cancelTimer(timer)) {
      ended.tryComplete();
    }
    return ended.future();
  }
}
