package dev.switchboard.signaling.calls;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One decision of the machine, for each transition and the commonest refusal. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CallMachineBenchmark {
  private static final long CREATED = 1_780_000_000_000L;
  private static final long RING_UNTIL = CREATED + 45_000;
  private static final long NOW = CREATED + 1_000;

  /** What happens to the call. */
  public enum Transition {
    ACCEPT,
    ACCEPT_TOO_LATE,
    REJECT,
    CANCEL,
    HANG_UP,
    RING_TIMEOUT,
    DURATION_OVER,
    DEVICE_LOST,
    DEVICE_BACK,
    GRACE_OVER
  }

  @Param Transition transition = Transition.ACCEPT;

  private final CallMachine machine = new CallMachine(15_000);
  private Call call = ringing();
  private CallCommand command = new CallCommand.RingTimeout();
  private long now;

  /** Chooses the call, the command and the time that make the transition. */
  @Setup
  public void prepare() {
    Call ringing = ringing();
    Call accepted = ringing.accepted("b1", NOW, NOW + 15_000);
    Call away = accepted.away("ann", NOW + 15_000);
    now = transition == Transition.RING_TIMEOUT ? RING_UNTIL : NOW + 20_000;
    call =
        switch (transition) {
          case ACCEPT, REJECT, CANCEL, RING_TIMEOUT -> ringing;
          case HANG_UP, DURATION_OVER, DEVICE_LOST -> accepted;
          case DEVICE_BACK, GRACE_OVER -> away;
          case ACCEPT_TOO_LATE -> accepted.over(CallState.ENDED, "hangup", "ann", NOW);
        };
    command =
        switch (transition) {
          case ACCEPT, ACCEPT_TOO_LATE -> new CallCommand.Accept("bob", "b1");
          case REJECT -> new CallCommand.Reject("bob", "b1", null);
          case CANCEL, HANG_UP -> new CallCommand.End("ann", "a1");
          case RING_TIMEOUT -> new CallCommand.RingTimeout();
          case DURATION_OVER -> new CallCommand.DurationOver();
          case DEVICE_LOST -> new CallCommand.DeviceLost("ann", "a1");
          case DEVICE_BACK -> new CallCommand.DeviceBack("ann", "a1", "a1");
          case GRACE_OVER -> new CallCommand.GraceOver("ann");
        };
    Decision decision = machine.decide(call, command, now);
    boolean refused = decision instanceof Decision.Refused;
    if (decision instanceof Decision.Unchanged
        || refused != (transition == Transition.ACCEPT_TOO_LATE)) {
      throw new IllegalStateException(transition + " is not what is measured: " + decision);
    }
  }

  private static Call ringing() {
    return new Call(
        Signals.CALL_ID,
        1,
        CallState.RINGING,
        "ann",
        "bob",
        "video",
        "Ann",
        null,
        "a1",
        null,
        CREATED,
        RING_UNTIL,
        0,
        0,
        0,
        0,
        null,
        null,
        null,
        null);
  }

  /** The decision. */
  @Benchmark
  public Decision decide() {
    return machine.decide(call, command, now);
  }
}
