package dev.switchboard.signaling.calls;

import dev.switchboard.shared.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Saves the steps of calls, and finds out about those whose answer never came: Redis may have taken
 * them all the same, when it has woken even long after, and then the parties must hear of it. One
 * per edge, on its loop.
 */
final class CallSaves {
  private static final long PAUSE_MILLIS = 500;

  /** How often Redis is asked while it stays away: some two minutes. */
  private static final int MAX_AWAY = 240;

  /** How often once it answers: what lay in the old connection is read by then. */
  private static final int MAX_OPEN = 10;

  private final Vertx vertx;
  private final CallStore calls;
  private final Set<String> ghosts = new HashSet<>();

  CallSaves(Vertx vertx, CallStore calls) {
    this.vertx = vertx;
    this.calls = calls;
  }

  /** Saves; if no answer comes, {@code taken} is told later should it have been done after all. */
  Future<CallStore.Saved> save(CallPlan plan, Consumer<CallStore.Sessions> taken) {
    return calls
        .save(plan)
        .onFailure(
            failure -> {
              if (failure instanceof StoreUnavailableException away && away.isUnanswered()) {
                lookFor(plan, taken);
              }
            });
  }

  private void lookFor(CallPlan plan, Consumer<CallStore.Sessions> taken) {
    String callId = plan.next().callId();
    if (plan.creates()) {
      ghosts.add(callId);
    }
    look(plan, MAX_AWAY, MAX_OPEN)
        .onSuccess(
            sessions -> {
              ghosts.remove(callId);
              if (sessions != null) {
                taken.accept(sessions);
              }
            });
  }

  /**
   * True once for a call that may have been made although its caller was told that it failed: it
   * must not stand in the way of the next.
   */
  boolean layGhost(String callId) {
    return ghosts.remove(callId);
  }

  /** The sessions of the parties if the step turns out to have been taken, else null. */
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
