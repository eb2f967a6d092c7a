package dev.switchboard.signaling.calls;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A time at which something must be decided about a call: an entry of the sorted set of deadlines.
 *
 * @param at milliseconds since the epoch; 0 if it is not armed
 */
record CallDeadline(Kind kind, String callId, long at) {
  enum Kind {
    RING,
    MAX,
    CALLER_GRACE,
    CALLEE_GRACE
  }

  /** One of each kind, in their order; an accepted call may last so many milliseconds. */
  static List<CallDeadline> all(Call call, long maxMillis) {
    String id = call.callId();
    boolean accepted = call.state() == CallState.ACCEPTED;
    return List.of(
        new CallDeadline(Kind.RING, id, call.state() == CallState.RINGING ? call.ringUntil() : 0),
        new CallDeadline(Kind.MAX, id, accepted ? call.acceptedAt() + maxMillis : 0),
        new CallDeadline(Kind.CALLER_GRACE, id, call.callerAwayUntil()),
        new CallDeadline(Kind.CALLEE_GRACE, id, call.calleeAwayUntil()));
  }

  String member() {
    return kind.name() + "|" + callId;
  }

  /** Reads what {@link #member} writes; null for anything else. */
  static @Nullable CallDeadline parse(String member) {
    int bar = member.indexOf('|');
    for (Kind kind : Kind.values()) {
      if (bar == kind.name().length() && member.startsWith(kind.name())) {
        return new CallDeadline(kind, member.substring(bar + 1), 0);
      }
    }
    return null;
  }

  /** What is to be decided when it is due. */
  CallCommand command(Call call) {
    return switch (kind) {
      case RING -> new CallCommand.RingTimeout();
      case MAX -> new CallCommand.DurationOver();
      case CALLER_GRACE -> new CallCommand.GraceOver(call.callerId());
      case CALLEE_GRACE -> new CallCommand.GraceOver(call.calleeId());
    };
  }
}
