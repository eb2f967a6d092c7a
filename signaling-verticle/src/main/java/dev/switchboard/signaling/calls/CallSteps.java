package dev.switchboard.signaling.calls;

import dev.switchboard.shared.log.StateLog;
import dev.switchboard.shared.redis.InDoubtWrites;
import dev.switchboard.shared.trace.CallTraces;
import dev.switchboard.signaling.edge.EdgeContext;
import io.vertx.core.Future;
import java.util.function.Consumer;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Saves the steps of calls, and sees to what follows from each: its notices, metrics and log line.
 * One per edge, on its loop.
 */
final class CallSteps {
  private final CallStore calls;
  private final CallNews news;
  private final CallMetrics metrics;
  private final InDoubtWrites<String> inDoubt;
  private final CallTraces traces;
  private final UntoldSteps untold;

  CallSteps(
      EdgeContext context,
      CallStore calls,
      CallNews news,
      CallMetrics metrics,
      UntoldSteps untold) {
    this.calls = calls;
    this.news = news;
    this.metrics = metrics;
    this.inDoubt = new InDoubtWrites<>(context.vertx());
    this.traces = context.node().traces();
    this.untold = untold;
  }

  /** Saves a step; what follows from it follows, in doubt once it is clear that it was applied. */
  Future<CallStore.Saved> save(CallTransaction transaction) {
    return save(transaction, sessions -> follow(transaction, sessions));
  }

  /** As {@link #save(CallTransaction)}; a step in doubt that was applied is given to another. */
  Future<CallStore.Saved> save(CallTransaction transaction, Consumer<CallStore.Sessions> applied) {
    CallTransaction old = transaction.superseded();
    return traces
        .span(transaction.next().callId(), "save", () -> calls.save(transaction))
        .onFailure(
            failure -> {
              if (InDoubtWrites.isInDoubt(failure)) {
                resolve(transaction, applied);
                if (old != null) {
                  resolve(old, sessions -> follow(old, sessions));
                }
              }
            })
        .map(
            written -> {
              CallStore.Sessions ended = written.superseded();
              if (old != null && ended != null) {
                follow(old, ended);
                isTold(old);
              }
              if (written.saved() instanceof CallStore.Saved.Done(var sessions, int rung)) {
                follow(transaction, sessions);
                isTold(transaction);
              }
              return written.saved();
            });
  }

  /** A call that may have been created is known by its id, any other step by its own. */
  private void resolve(CallTransaction transaction, Consumer<CallStore.Sessions> applied) {
    inDoubt
        .resolve(
            transaction.before() == null ? transaction.next().callId() : transaction.step(),
            () -> calls.lookFor(transaction))
        .onSuccess(
            sessions -> {
              if (sessions != null) {
                applied.accept(sessions);
                isTold(transaction);
              }
            });
  }

  /** True once for a call whose creation is in doubt: it must not stand in the way of the next. */
  boolean withdraw(Call call) {
    return inDoubt.withdraw(call.callId());
  }

  /**
   * True if nobody has offered a call yet, for one of those who ask: it is theirs to offer, or to
   * take back.
   */
  Future<Boolean> takeUnoffered(Call call) {
    return untold.take(Untold.beginning(call));
  }

  /** A call is offered by other ways than the step that began it. */
  void offered(Call call) {
    untold.told(Untold.beginning(call).member());
  }

  /** Everybody is told in this turn, also where the call has just begun. */
  private void isTold(CallTransaction saved) {
    if (saved.untold() != null) {
      untold.told(saved.untoldText());
    }
  }

  private void follow(CallTransaction saved, CallStore.Sessions sessions) {
    Call before = saved.before();
    Call next = saved.next();
    Untold what = saved.untold();
    if (before != null) {
      if (what != null) {
        news.send(next, what.step(), what.notices(), sessions);
      }
      metrics.changed(before, next);
    }
    if (before == null || next.state() != before.state()) {
      logState(next);
      if (!next.state().isLive()) {
        traces.over(
            new CallTraces.OverCall(
                next.callId(),
                next.callType(),
                next.createdAt(),
                next.endedAt(),
                next.state().wireName()));
      }
    }
  }

  /** One line for each state that a call enters. */
  private static void logState(Call call) {
    LoggingEventBuilder line = StateLog.call(call.callId());
    if (call.state() == CallState.ENDED && CallMetrics.isNamed(call.reason())) {
      // Other reasons are somebody's own words, and none of the log's business.
      line = line.addKeyValue("reason", call.reason());
    }
    line.log("call {}", call.state().wireName());
  }
}
