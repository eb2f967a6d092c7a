package dev.switchboard.signaling.calls;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/**
 * Steps of calls whose answer never came. Redis may have taken them all the same, when it has woken
 * even long after, and then the parties must hear of it. One per edge, on its loop.
 */
final class LostAnswers {
  private static final long PAUSE_MILLIS = 500;

  /** How often Redis is asked while it stays away: some two minutes. */
  private static final int MAX_AWAY = 240;

  /** How often once it answers: what lay in the old connection is read by then. */
  private static final int MAX_OPEN = 10;

  private final Vertx vertx;
  private final CallStore calls;

  LostAnswers(Vertx vertx, CallStore calls) {
    this.vertx = vertx;
    this.calls = calls;
  }

  /** The sessions of the parties if the step turns out to have been taken, else null. */
  Future<CallStore.@Nullable Sessions> watch(CallPlan plan) {
    return look(plan, MAX_AWAY, MAX_OPEN);
  }

  private Future<CallStore.@Nullable Sessions> look(CallPlan plan, int away, int open) {
    if (away == 0 || open == 0) {
      return Future.succeededFuture(null);
    }
    return vertx
        .timer(PAUSE_MILLIS)
        .compose(fired -> calls.lookFor(plan))
        .transform(
            found ->
                switch (found.result()) {
                  case null -> look(plan, away - 1, open);
                  case CallStore.Lost.Taken(var sessions) -> Future.succeededFuture(sessions);
                  case CallStore.Lost.Open() -> look(plan, away, open - 1);
                  case CallStore.Lost.Missed() -> Future.succeededFuture(null);
                });
  }
}
