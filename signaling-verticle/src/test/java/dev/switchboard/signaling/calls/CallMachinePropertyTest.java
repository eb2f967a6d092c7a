package dev.switchboard.signaling.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.signaling.calls.Decision.Changed;
import dev.switchboard.signaling.calls.Decision.Refused;
import dev.switchboard.signaling.calls.Decision.Unchanged;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Any order of commands from the caller's device and two devices of the callee ends well. */
final class CallMachinePropertyTest {
  private static final int RUNS = 20_000;
  private static final long GRACE = 15_000;
  private static final Set<String> TERMINAL = Set.of("call_end", "call_reject", "call_timeout");
  private static final List<List<String>> DEVICES =
      List.of(List.of("ann", "a1"), List.of("bob", "b1"), List.of("bob", "b2"));

  private static CallCommand command(Random random) {
    List<String> device = DEVICES.get(random.nextInt(DEVICES.size()));
    String user = random.nextInt(20) == 0 ? "eve" : device.get(0);
    String id = device.get(1);
    return switch (random.nextInt(9)) {
      case 0, 1 -> new CallCommand.Accept(user, id);
      case 2 -> new CallCommand.Reject(user, id, random.nextBoolean() ? "busy" : null);
      case 3 -> new CallCommand.End(user, id);
      case 4 -> new CallCommand.RingTimeout();
      case 5 -> new CallCommand.DurationOver();
      case 6 -> new CallCommand.DeviceLost(user, id);
      case 7 -> new CallCommand.DeviceBack(user, id);
      default -> new CallCommand.GraceOver(user);
    };
  }

  /**
   * How often each device hears that it is over for it; whoever ends the call knows by its answer.
   */
  private static final class Ears {
    final Map<String, Integer> ends = new HashMap<>();

    void hear(List<Effect> effects) {
      for (Effect effect : effects) {
        if (effect instanceof Effect.Tell tell && TERMINAL.contains(tell.event())) {
          for (List<String> device : DEVICES) {
            boolean meant =
                device.get(0).equals(tell.userId())
                    && (tell.onlyDevice() == null
                        ? !device.get(1).equals(tell.exceptDevice())
                        : device.get(1).equals(tell.onlyDevice()));
            if (meant) {
              ends.merge(device.get(1), 1, Integer::sum);
            }
          }
        }
      }
    }

    /** The device learns of the end by the acknowledgement of its own command. */
    void ended(CallCommand command) {
      String device =
          switch (command) {
            case CallCommand.Reject c -> c.deviceId();
            case CallCommand.End c -> c.deviceId();
            default -> null;
          };
      if (device != null) {
        ends.merge(device, 1, Integer::sum);
      }
    }
  }

  @Test
  void everyDeviceHearsOfTheEndExactlyOnceInAnyOrderOfCommands() {
    CallMachine machine = new CallMachine(GRACE);
    for (int seed = 0; seed < RUNS; seed++) {
      Random random = new Random(seed);
      Call call = CallMachineTest.ringing();
      long now = call.createdAt();
      Ears ears = new Ears();
      List<CallCommand> log = new ArrayList<>();
      for (int step = 0; step < 30; step++) {
        CallCommand command = command(random);
        if (command instanceof CallCommand.DeviceBack back
            && !back.deviceId().equals(call.deviceOf(back.userId()))) {
          continue;
        }
        if (command instanceof CallCommand.End end
            && call.state() == CallState.ACCEPTED
            && !end.deviceId().equals(call.deviceOf(end.userId()))) {
          continue;
        }
        log.add(command);
        now += random.nextInt(8_000);
        Call before = call;
        switch (machine.decide(call, command, now)) {
          case Changed(Call next, List<Effect> effects) -> {
            assertThat(before.state().isLive()).as("seed %d: %s", seed, log).isTrue();
            assertThat(next.version()).isEqualTo(before.version() + 1);
            ears.hear(effects);
            if (!next.state().isLive()) {
              ears.ended(command);
              assertThat(next.endedAt()).isEqualTo(now);
              assertThat(next.reason()).isNotNull();
              assertThat(next.endedBy()).isNotNull();
              assertThat(next.callerAwayUntil() + next.calleeAwayUntil()).isZero();
            }
            assertThat(next.acceptedAt() > 0).isEqualTo(next.calleeDevice() != null);
            call = next;
          }
          case Unchanged(Call same) -> assertThat(same).isSameAs(before);
          case Refused refused -> assertThat(refused.error()).isNotNull();
        }
      }
      if (call.state().isLive()) {
        CallCommand last = new CallCommand.End("ann", "a1");
        Changed end = (Changed) machine.decide(call, last, now);
        ears.hear(end.effects());
        ears.ended(last);
        call = end.next();
      }
      assertThat(call.state().isLive()).isFalse();
      assertThat(ears.ends)
          .as("seed %d: %s", seed, log)
          .isEqualTo(Map.of("a1", 1, "b1", 1, "b2", 1));
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
              null);
      Decision decision = machine.decide(call, command(random), random.nextLong());
      if (!state.isLive()) {
        assertThat(decision).isNotInstanceOf(Changed.class);
      }
    }
  }
}
