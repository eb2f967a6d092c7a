package dev.switchboard.signaling.calls;

import dev.switchboard.shared.redis.LostAnswers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Saves the steps of calls, and finds out about those whose answer never came: if they were taken
 * all the same, the parties must hear of it. One per edge, on its loop.
 */
final class CallSaves {
  private final LostAnswers lost;
  private final CallStore calls;
  private final Set<String> ghosts = new HashSet<>();

  CallSaves(Vertx vertx, CallStore calls) {
    this.lost = new LostAnswers(vertx);
    this.calls = calls;
  }

  /**
   * Saves, and tells {@code superseded} if it ended the call that the plan supersedes; if no answer
   * comes, both are told later should it have been done after all.
   */
  Future<CallStore.Saved> save(
      CallPlan plan,
      Consumer<CallStore.Sessions> taken,
      BiConsumer<CallPlan.Superseded, CallStore.Sessions> superseded) {
    CallPlan.Superseded old = plan.superseded();
    return calls
        .save(plan)
        .onFailure(
            failure -> {
              if (LostAnswers.mayBeTaken(failure)) {
                lookFor(plan, taken);
                if (old != null) {
                  lookFor(old.plan(), sessions -> superseded.accept(old, sessions));
                }
              }
            })
        .map(
            written -> {
              CallStore.Sessions told = written.superseded();
              if (old != null && told != null) {
                superseded.accept(old, told);
              }
              return written.saved();
            });
  }

  private void lookFor(CallPlan plan, Consumer<CallStore.Sessions> taken) {
    String callId = plan.next().callId();
    if (plan.creates()) {
      ghosts.add(callId);
    }
    lost.lookFor(() -> calls.lookFor(plan))
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
}
