package dev.switchboard.signaling.calls;

import org.jspecify.annotations.Nullable;

/** What can happen to a call that exists. */
public sealed interface CallCommand {
  /** What it is called in traces. */
  default String name() {
    return switch (this) {
      case Accept _ -> "accept";
      case Reject _ -> "reject";
      case End _ -> "end";
      case Terminate _ -> "terminate";
      case Supersede _ -> "supersede";
      case ReachedNobody _ -> "reached nobody";
      case Retract _ -> "retract";
      case RingTimeout _ -> "ring timeout";
      case DurationOver _ -> "duration over";
      case DeviceLost _ -> "device lost";
      case DeviceBack _ -> "device back";
      case GraceOver _ -> "grace over";
    };
  }

  /** A device of the callee answers; or one of the caller takes a call on the caller's behalf. */
  record Accept(String userId, String deviceId) implements CallCommand {}

  /** A device declines; the reason is the client's own, null for the default. */
  record Reject(String userId, String deviceId, @Nullable String reason) implements CallCommand {}

  /** A party hangs up, cancels or, as the callee while it rings, declines. */
  record End(String userId, String deviceId) implements CallCommand {}

  /**
   * Whoever may ends it from outside.
   *
   * @param by a party, or {@link CallMachine#SYSTEM}
   */
  record Terminate(String by, String reason) implements CallCommand {}

  /**
   * The device that is in the call begins or accepts another one: its app is out of this one,
   * without a word.
   */
  record Supersede(String userId, String deviceId) implements CallCommand {}

  /** It could be offered to none of the callee's devices. */
  record ReachedNobody() implements CallCommand {}

  /** It was refused to its caller, and offered to nobody. */
  record Retract() implements CallCommand {}

  /** Nobody has answered in time. */
  record RingTimeout() implements CallCommand {}

  /** The call has lasted as long as one may. */
  record DurationOver() implements CallCommand {}

  /** The socket of a device has gone without a word. */
  record DeviceLost(String userId, String deviceId) implements CallCommand {}

  /**
   * A device has registered again, or takes the place of another that was in the call.
   *
   * @param inPlaceOf the device of the call that was found; the same if it is back itself
   */
  record DeviceBack(String userId, String deviceId, String inPlaceOf) implements CallCommand {}

  /** The grace of a party may be over. */
  record GraceOver(String userId) implements CallCommand {}
}
