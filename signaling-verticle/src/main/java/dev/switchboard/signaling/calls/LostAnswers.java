package dev.switchboard.signaling.calls;

import io.vertx.core.Vertx;
import java.util.function.Consumer;

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

  /**
   * Gives the sessions of the parties to {@code taken} if the step turns out to have been taken.
   */
  void watch(CallPlan plan, Consumer<CallStore.Sessions> taken) {
    look(plan, taken, MAX_AWAY, MAX_OPEN);
  }

  private void look(CallPlan plan, Consumer<CallStore.Sessions> taken, int away, int open) {
    if (away == 0 || open == 0) {
      return;
    }
    vertx
        .timer(PAUSE_MILLIS)
        .compose(fired -> calls.lookFor(plan))
        .onComplete(
            found -> {
              switch (found.result()) {
                case null -> look(plan, taken, away - 1, open);
                case CallStore.Lost.Taken(var sessions) -> taken.accept(sessions);
                case CallStore.Lost.Open() -> look(plan, taken, away, open - 1);
                case CallStore.Lost.Missed() -> {}
              }
            });
  }
}
