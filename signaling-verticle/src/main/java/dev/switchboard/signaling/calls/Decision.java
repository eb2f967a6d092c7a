package dev.switchboard.signaling.calls;

import dev.switchboard.shared.timeline.Step;
import dev.switchboard.shared.timeline.StepName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the machine makes of a command. */
public sealed interface Decision {
  /** The call becomes {@code next}; once that is saved the effects follow. */
  record Changed(Call next, List<Effect> effects) implements Decision {
    /** What the call's timeline says of it. */
    List<Step> steps(Call before) {
      List<Step> steps = new ArrayList<>(2);
      for (Effect effect : effects) {
        if (effect instanceof Effect.Notify notify) {
          switch (notify.notice()) {
            case Effect.Notice.Reconnecting(String user) ->
                steps.add(Step.of(StepName.RECONNECTING, user, before.deviceOf(user)));
            case Effect.Notice.Reconnected(String user) ->
                steps.add(Step.of(StepName.RESUMED, user, next.deviceOf(user)));
            default -> {}
          }
        }
      }
      if (next.state() != before.state()) {
        steps.add(entered());
      }
      return steps;
    }

    private Step entered() {
      String by = next.endedBy();
      boolean byParty = by != null && next.isParty(by);
      String device = by != null && byParty ? next.deviceOf(by) : null;
      Step end =
          switch (next.state()) {
            case RINGING, ACCEPTED ->
                Step.of(StepName.ACCEPTED, next.calleeId(), next.calleeDevice());
            case REJECTED ->
                byParty
                    ? Step.of(StepName.REJECTED, by, next.calleeDevice())
                    : Step.of(StepName.REFUSED, next.calleeId(), null).because("unreachable");
            case CANCELLED -> Step.of(StepName.CANCELLED, by, device);
            case TIMEOUT -> Step.of(StepName.TIMED_OUT, null, null);
            case ENDED -> Step.of(StepName.ENDED, by, device);
          };
      return end.why() == null ? end.because(next.reason()) : end;
    }
  }

  /** The command has its effect already; it is answered as a success. */
  record Unchanged(Call call) implements Decision {}

  /** Refused. */
  record Refused(CallError error) implements Decision {}

  /** What follows from a decision once it is saved. Every effect may safely run twice. */
  sealed interface Effect {
    /**
     * A notice for sockets of a user.
     *
     * @param onlyDevice null for every device
     * @param exceptDevice a device that is left out; null for none
     */
    record Notify(
        String userId, @Nullable String onlyDevice, @Nullable String exceptDevice, Notice notice)
        implements Effect {}

    /** A push to the devices that were rung by push, but for one that has answered. */
    record PushCancelled(String userId, @Nullable String exceptDevice) implements Effect {}

    /** A push to every device of a user that missed the call. */
    record PushMissed(String userId) implements Effect {}

    /** A silent push to a device that shows the call and has no socket. */
    record PushEnded(String userId, String deviceId) implements Effect {}

    /** What a device is notified of. Times are milliseconds since the epoch. */
    sealed interface Notice {
      /** The callee has answered. */
      record Accepted(long at) implements Notice {}

      /** The callee has declined. */
      record Rejected(String reason, long at) implements Notice {}

      /** The call is over, for this device at least. */
      record Ended(String by, String reason, long at) implements Notice {}

      /** It no longer rings; for clients that know no other end of a ring. */
      record Cancelled() implements Notice {}

      /** Nobody has answered in time. */
      record TimedOut(long at) implements Notice {}

      /** The other party's device is missing, and may come back. */
      record Reconnecting(String userId) implements Notice {}

      /** It is back. */
      record Reconnected(String userId) implements Notice {}

      /** True for what is soon out of date: a device that misses it need not get it later. */
      default boolean isPresence() {
        return this instanceof Reconnecting || this instanceof Reconnected;
      }
    }
  }
}
