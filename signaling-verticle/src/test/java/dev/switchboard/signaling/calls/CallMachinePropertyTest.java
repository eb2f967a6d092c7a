package dev.switchboard.signaling.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.signaling.calls.Decision.Changed;
import dev.switchboard.signaling.calls.Decision.Effect;
import dev.switchboard.signaling.calls.Decision.Effect.Notice;
import dev.switchboard.signaling.calls.Decision.Refused;
import dev.switchboard.signaling.calls.Decision.Unchanged;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Any order of commands from two devices of the caller and two of the callee ends well. */
final class CallMachinePropertyTest {
  private static final int RUNS = 20_000;
  private static final long GRACE = 15_000;
  private static final List<List<String>> DEVICES =
      List.of(
          List.of("ann", "a1"), List.of("ann", "a2"), List.of("bob", "b1"), List.of("bob", "b2"));

  private static CallCommand command(Random random) {
    List<String> device = DEVICES.get(random.nextInt(DEVICES.size()));
    String user = random.nextInt(20) == 0 ? "eve" : device.get(0);
    String id = device.get(1);
    return switch (random.nextInt(11)) {
      case 0, 1 -> new CallCommand.Accept(user, id);
      case 2 -> new CallCommand.Reject(user, id, random.nextBoolean() ? "busy" : null);
      case 3 -> new CallCommand.End(user, id);
      case 4 -> new CallCommand.RingTimeout();
      case 9 -> new CallCommand.Supersede(user, id);
      case 5 -> new CallCommand.DurationOver();
      case 10 -> new CallCommand.Terminate(random.nextBoolean() ? user : "system", "enough");
      case 6 -> new CallCommand.DeviceLost(user, id);
      case 7 ->
          new CallCommand.DeviceBack(user, id, DEVICES.get(random.nextInt(DEVICES.size())).get(1));
      default -> new CallCommand.GraceOver(user);
    };
  }

  /**
   * What each device believes: it is in the call until it hears that it is over for it, and in it
   * again once it has come back in another's place. Whoever ends the call knows by its answer.
   */
  private static final class Ears {
    final Set<String> in = new TreeSet<>(Set.of("a1", "b1", "b2"));
    final String context;

    Ears(String context) {
      this.context = context;
    }

    private void out(String device) {
      assertThat(in.remove(device)).as("%s hears of an end twice: %s", device, context).isTrue();
    }

    void hear(CallCommand command, Changed change) {
      if (command instanceof CallCommand.DeviceBack back) {
        in.add(back.deviceId());
      }
      for (Effect effect : change.effects()) {
        if (effect instanceof Effect.Notify notify && isTerminal(notify.notice())) {
          DEVICES.stream().filter(device -> isFor(notify, device)).forEach(d -> out(d.get(1)));
        }
      }
      if (!change.next().state().isLive()) {
        switch (command) {
          case CallCommand.Reject c -> out(c.deviceId());
          case CallCommand.End c -> out(c.deviceId());
          case CallCommand.Supersede c -> out(c.deviceId());
          default -> {}
        }
      }
    }

    private static boolean isTerminal(Notice notice) {
      return notice instanceof Notice.Ended
          || notice instanceof Notice.Rejected
          || notice instanceof Notice.TimedOut;
    }

    private static boolean isFor(Effect.Notify notify, List<String> device) {
      return device.get(0).equals(notify.userId())
          && (notify.onlyDevice() == null
              ? !device.get(1).equals(notify.exceptDevice())
              : device.get(1).equals(notify.onlyDevice()));
    }
  }

  @Test
  void everyDeviceHearsOfTheEndExactlyOnceInAnyOrderOfCommands() {
    CallMachine machine = new CallMachine(GRACE);
    for (int seed = 0; seed < RUNS; seed++) {
      Random random = new Random(seed);
      Ears ears = new Ears("seed " + seed);
      Call call = CallMachineTest.ringing();
      long now = call.createdAt();
      for (int step = 0; step < 30; step++) {
        now += random.nextInt(8_000);
        call = step(machine, call, command(random), now, ears);
      }
      if (call.state().isLive()) {
        call = step(machine, call, new CallCommand.End("ann", call.callerDevice()), now, ears);
      }
      assertThat(call.state().isLive()).isFalse();
      assertThat(ears.in).as(ears.context).isEmpty();
    }
  }

  private static Call step(
      CallMachine machine, Call before, CallCommand command, long now, Ears ears) {
    return switch (machine.decide(before, command, now)) {
      case Changed change -> {
        assertThat(before.state().isLive()).as("%s: %s", ears.context, command).isTrue();
        assertThat(change.next().version()).isEqualTo(before.version() + 1);
        ears.hear(command, change);
        assertConsistent(change.next(), now);
        yield change.next();
      }
      case Unchanged(Call same) -> {
        assertThat(same).isSameAs(before);
        yield same;
      }
      case Refused refused -> {
        assertThat(refused.error()).isNotNull();
        yield before;
      }
    };
  }

  private static void assertConsistent(Call call, long now) {
    boolean answered = call.acceptedAt() > 0 || call.state() == CallState.REJECTED;
    assertThat(call.calleeDevice() != null).as("%s", call).isEqualTo(answered);
    if (!call.state().isLive()) {
      assertThat(call.endedAt()).isEqualTo(now);
      assertThat(call.reason()).isNotNull();
      assertThat(call.endedBy()).isNotNull();
      assertThat(call.callerAwayUntil() + call.calleeAwayUntil()).isZero();
    }
  }

  @Test
  void anyCommandOnAnyCallIsDecided() {
    CallMachine machine = new CallMachine(GRACE);
    Random random = new Random(42);
    for (int i = 0; i < RUNS; i++) {
      CallState state = CallState.values()[random.nextInt(CallState.values().length)];
      Call call =
          new Call(
              "c",
              random.nextLong(),
              state,
              "ann",
              "bob",
              "audio",
              "Ann",
              null,
              "a1",
              random.nextBoolean() ? "b1" : null,
              random.nextLong(),
              random.nextLong(),
              random.nextLong(),
              random.nextLong(),
              random.nextLong(),
              random.nextLong(),
              null,
              null,
              null,
              null);
      Decision decision = machine.decide(call, command(random), random.nextLong());
      if (!state.isLive()) {
        assertThat(decision).isNotInstanceOf(Changed.class);
      }
    }
  }
}
