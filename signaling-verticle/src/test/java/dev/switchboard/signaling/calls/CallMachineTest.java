package dev.switchboard.signaling.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.signaling.calls.Decision.Changed;
import dev.switchboard.signaling.calls.Decision.Effect;
import dev.switchboard.signaling.calls.Decision.Effect.Notice;
import dev.switchboard.signaling.calls.Decision.Refused;
import dev.switchboard.signaling.calls.Decision.Unchanged;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CallMachineTest {
  private static final long NOW = 1_000_000;
  private static final long RING_UNTIL = NOW + 45_000;
  private static final long GRACE = 15_000;
  private static final CallMachine MACHINE = new CallMachine(GRACE);

  static Call ringing() {
    return new Call(
        "c",
        1,
        CallState.RINGING,
        "ann",
        "bob",
        "audio",
        "Ann",
        null,
        "a1",
        null,
        NOW,
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

  private static Call after(Call call, CallCommand command, long now) {
    return ((Changed) MACHINE.decide(call, command, now)).next();
  }

  private static Call accepted() {
    return after(ringing(), new CallCommand.Accept("bob", "b1"), NOW + 10);
  }

  private static List<String> told(Decision decision) {
    return ((Changed) decision)
        .effects().stream()
            .filter(Effect.Notify.class::isInstance)
            .map(Effect.Notify.class::cast)
            .map(
                notify ->
                    notify.userId()
                        + "/"
                        + (notify.onlyDevice() == null ? "*" : notify.onlyDevice())
                        + (notify.exceptDevice() == null ? "" : "-" + notify.exceptDevice())
                        + " "
                        + event(notify.notice()))
            .toList();
  }

  private static String event(Notice notice) {
    String reason =
        switch (notice) {
          case Notice.Ended ended -> ended.reason();
          case Notice.Rejected rejected -> rejected.reason();
          case Notice.TimedOut timedOut -> "no_answer";
          default -> "";
        };
    return CallFrames.event(notice) + " " + reason;
  }

  private static CallError refusal(Call call, CallCommand command) {
    return ((Refused) MACHINE.decide(call, command, NOW + 20)).error();
  }

  @Test
  void acceptingTellsTheCallerAndTheOtherDevices() {
    Decision decision = MACHINE.decide(ringing(), new CallCommand.Accept("bob", "b1"), NOW + 10);
    assertThat(told(decision))
        .containsExactly("ann/a1 call_accept ", "bob/*-b1 call_end answered_elsewhere");
    Call next = ((Changed) decision).next();
    assertThat(next.state()).isEqualTo(CallState.ACCEPTED);
    assertThat(next.calleeDevice()).isEqualTo("b1");
    assertThat(next.acceptedAt()).isEqualTo(NOW + 10);
    assertThat(next.version()).isEqualTo(2);
  }

  @Test
  void acceptingTwiceFromTheSameDeviceIsUnchangedAndFromAnotherRefused() {
    assertThat(MACHINE.decide(accepted(), new CallCommand.Accept("bob", "b1"), NOW))
        .isInstanceOf(Unchanged.class);
    assertThat(refusal(accepted(), new CallCommand.Accept("bob", "b2")))
        .isEqualTo(CallError.WRONG_STATE);
  }

  @Test
  void callThatIsTakenBackIsHeardOfByItsCallerIfThatHasComeBackToIt() {
    CallCommand retract = new CallCommand.Retract();
    Call away = after(ringing(), new CallCommand.DeviceLost("ann", "a1"), NOW);
    Call back = after(away, new CallCommand.DeviceBack("ann", "a1", "a1"), NOW);
    assertThat(told(MACHINE.decide(ringing(), retract, NOW))).isEmpty();
    assertThat(told(MACHINE.decide(away, retract, NOW))).isEmpty();
    assertThat(told(MACHINE.decide(back, retract, NOW)))
        .containsExactly("ann/a1 call_end cancelled");
    for (Call call : List.of(ringing(), away, back)) {
      assertThat(after(call, retract, NOW).state()).isEqualTo(CallState.CANCELLED);
    }
    assertThat(MACHINE.decide(accepted(), retract, NOW)).isInstanceOf(Unchanged.class);
  }

  @Test
  void tooLateToAnswerSaysWhy() {
    CallCommand accept = new CallCommand.Accept("bob", "b1");
    CallCommand reject = new CallCommand.Reject("bob", "b1", null);
    Call cancelled = after(ringing(), new CallCommand.End("ann", "a1"), NOW);
    Call timedOut = after(ringing(), new CallCommand.RingTimeout(), RING_UNTIL);
    Call rejected = after(ringing(), new CallCommand.Reject("bob", "b2", null), NOW);
    Call ended = after(accepted(), new CallCommand.End("ann", "a1"), NOW);
    for (CallCommand late : List.of(accept, reject)) {
      assertThat(refusal(cancelled, late)).isEqualTo(CallError.CANCELLED);
      assertThat(refusal(timedOut, late)).isEqualTo(CallError.TIMED_OUT);
      assertThat(refusal(rejected, late)).isEqualTo(CallError.WRONG_STATE);
      assertThat(refusal(ended, late)).isEqualTo(CallError.WRONG_STATE);
    }
  }

  @Test
  void whatTheDeviceThatRejectedSendsAgainIsAnsweredAsTheFirstTime() {
    for (CallCommand no :
        List.of(new CallCommand.Reject("bob", "b1", null), new CallCommand.End("bob", "b1"))) {
      Call rejected = after(ringing(), no, NOW);
      for (String reason : List.of("busy", "later")) {
        assertThat(MACHINE.decide(rejected, new CallCommand.Reject("bob", "b1", reason), NOW))
            .isEqualTo(new Decision.Unchanged(rejected));
      }
    }
  }

  @Test
  void aDeviceThatIsNotInTheCallCannotEndIt() {
    assertThat(refusal(accepted(), new CallCommand.End("bob", "b2")))
        .isEqualTo(CallError.WRONG_STATE);
  }

  @Test
  void onlyTheCalleeAnswersAndOnlyPartiesEnd() {
    for (String user : List.of("ann", "eve")) {
      assertThat(refusal(ringing(), new CallCommand.Accept(user, "a1")))
          .isEqualTo(CallError.NOT_AUTHORISED);
      assertThat(refusal(ringing(), new CallCommand.Reject(user, "a1", null)))
          .isEqualTo(CallError.NOT_AUTHORISED);
    }
    assertThat(refusal(ringing(), new CallCommand.End("eve", "e1")))
        .isEqualTo(CallError.NOT_AUTHORISED);
  }

  @Test
  void endMeansCancelDeclineOrHangUp() {
    assertThat(told(MACHINE.decide(ringing(), new CallCommand.End("ann", "a1"), NOW)))
        .containsExactly("bob/* call_end cancelled", "bob/* call_cancelled ");
    assertThat(told(MACHINE.decide(ringing(), new CallCommand.End("bob", "b1"), NOW)))
        .containsExactly("ann/a1 call_end declined", "bob/*-b1 call_end declined_elsewhere");
    assertThat(told(MACHINE.decide(accepted(), new CallCommand.End("bob", "b1"), NOW)))
        .containsExactly("ann/a1 call_end hangup");
    assertThat(told(MACHINE.decide(accepted(), new CallCommand.End("ann", "a1"), NOW)))
        .containsExactly("bob/b1 call_end hangup");
  }

  @Test
  void ringTimeoutWaitsForItsTimeAndTellsBothSides() {
    CallCommand timeout = new CallCommand.RingTimeout();
    assertThat(MACHINE.decide(ringing(), timeout, RING_UNTIL - 1)).isInstanceOf(Unchanged.class);
    Decision decision = MACHINE.decide(ringing(), timeout, RING_UNTIL);
    assertThat(told(decision))
        .containsExactly("ann/a1 call_timeout no_answer", "bob/* call_timeout no_answer");
    assertThat(((Changed) decision).effects()).contains(new Effect.PushMissed("bob"));
    assertThat(MACHINE.decide(accepted(), timeout, RING_UNTIL)).isInstanceOf(Unchanged.class);
  }

  @Test
  void longestCallEndsForBoth() {
    Decision decision = MACHINE.decide(accepted(), new CallCommand.DurationOver(), NOW);
    assertThat(told(decision))
        .containsExactly("ann/a1 call_end max_duration", "bob/b1 call_end max_duration");
    assertThat(MACHINE.decide(ringing(), new CallCommand.DurationOver(), NOW))
        .isInstanceOf(Unchanged.class);
  }

  @Test
  void lostDeviceHasItsGraceAndOnlyThenIsLost() {
    Decision lost = MACHINE.decide(accepted(), new CallCommand.DeviceLost("bob", "b1"), NOW);
    assertThat(told(lost)).containsExactly("ann/a1 peer_reconnecting ");
    Call away = ((Changed) lost).next();
    assertThat(away.calleeAwayUntil()).isEqualTo(NOW + GRACE);
    CallCommand over = new CallCommand.GraceOver("bob");
    assertThat(MACHINE.decide(away, over, NOW + GRACE - 1)).isInstanceOf(Unchanged.class);
    Decision ended = MACHINE.decide(away, over, NOW + GRACE);
    assertThat(told(ended))
        .containsExactly("ann/a1 call_end peer_lost", "bob/b1 call_end peer_lost");
    assertThat(((Changed) ended).effects()).contains(new Effect.PushEnded("bob", "b1"));
    Call back = after(away, new CallCommand.DeviceBack("bob", "b1", "b1"), NOW + 5);
    assertThat(MACHINE.decide(back, over, NOW + GRACE)).isInstanceOf(Unchanged.class);
    assertThat(MACHINE.decide(accepted(), new CallCommand.DeviceLost("bob", "b2"), NOW))
        .isInstanceOf(Unchanged.class);
  }

  @Test
  void callerLostWhileItRingsHearsOfItTooWhenItComesBackLate() {
    Call away = after(ringing(), new CallCommand.DeviceLost("ann", "a1"), NOW);
    Decision ended = MACHINE.decide(away, new CallCommand.GraceOver("ann"), NOW + GRACE);
    assertThat(told(ended))
        .containsExactly(
            "bob/* call_end peer_lost", "bob/* call_cancelled ", "ann/a1 call_end peer_lost");
    assertThat(((Changed) ended).effects()).contains(new Effect.PushEnded("ann", "a1"));
  }

  @Test
  void acceptingKeepsTheGraceOfACallerThatIsAway() {
    Call away = after(ringing(), new CallCommand.DeviceLost("ann", "a1"), NOW);
    Call accepted = after(away, new CallCommand.Accept("bob", "b1"), NOW + 1);
    assertThat(accepted.callerAwayUntil()).isEqualTo(NOW + GRACE);
  }

  @Test
  void signalingIsForTheDevicesInALiveCall() {
    assertThat(CallMachine.mayRelay(ringing(), "ann", "a1", "bob")).isNull();
    assertThat(CallMachine.mayRelay(ringing(), "bob", "b2", "ann")).isNull();
    assertThat(CallMachine.mayRelay(accepted(), "bob", "b2", "ann"))
        .isEqualTo(CallError.WRONG_STATE);
    assertThat(CallMachine.mayRelay(ringing(), "ann", "a1", "ann"))
        .isEqualTo(CallError.NOT_AUTHORISED);
    assertThat(CallMachine.mayRelay(ringing(), "eve", "e1", "bob"))
        .isEqualTo(CallError.NOT_AUTHORISED);
    Call over = after(accepted(), new CallCommand.End("ann", "a1"), NOW);
    assertThat(CallMachine.mayRelay(over, "ann", "a1", "bob")).isEqualTo(CallError.WRONG_STATE);
  }

  /** A call on behalf of ann, of whom no device has a part yet. */
  private static Call onBehalf() {
    Call call = ringing();
    return new Call(
        call.callId(),
        1,
        CallState.RINGING,
        "ann",
        "bob",
        "audio",
        "Ann",
        null,
        null,
        null,
        NOW,
        RING_UNTIL,
        0,
        0,
        0,
        0,
        null,
        null,
        "key:team",
        null);
  }

  @Test
  void oneDeviceOfTheCallerTakesACallOnItsBehalf() {
    CallCommand take = new CallCommand.Accept("ann", "a1");
    Decision taken = MACHINE.decide(onBehalf(), take, NOW + 5);
    assertThat(told(taken)).containsExactly("ann/*-a1 call_end answered_elsewhere");
    Call call = ((Changed) taken).next();
    assertThat(call.state()).isEqualTo(CallState.RINGING);
    assertThat(call.callerDevice()).isEqualTo("a1");
    assertThat(MACHINE.decide(call, take, NOW + 6)).isInstanceOf(Unchanged.class);
    assertThat(MACHINE.decide(call, new CallCommand.Accept("ann", "a2"), NOW + 6))
        .isEqualTo(new Refused(CallError.WRONG_STATE));
    assertThat(MACHINE.decide(ringing(), take, NOW + 5))
        .isEqualTo(new Refused(CallError.NOT_AUTHORISED));
  }

  @Test
  void callThatNoDeviceOfTheCallerTakesEndsAfterTheGrace() {
    Call call = after(onBehalf(), new CallCommand.Accept("bob", "b1"), NOW + 10);
    assertThat(call.callerAwayUntil()).isEqualTo(NOW + 10 + GRACE);
    assertThat(CallMachine.mayRelay(call, "ann", "a1", "bob")).isEqualTo(CallError.WRONG_STATE);
    Decision lost = MACHINE.decide(call, new CallCommand.GraceOver("ann"), NOW + 10 + GRACE);
    assertThat(told(lost)).containsExactly("bob/b1 call_end peer_lost", "ann/* call_end peer_lost");
    Decision taken = MACHINE.decide(call, new CallCommand.Accept("ann", "a2"), NOW + 20);
    assertThat(told(taken))
        .containsExactly("ann/*-a2 call_end answered_elsewhere", "bob/b1 peer_reconnected ");
    assertThat(((Changed) taken).next().callerAwayUntil()).isZero();
  }

  @Test
  void whoeverEndsACallFromOutsideHasBothNotified() {
    CallCommand end = new CallCommand.Terminate(CallMachine.SYSTEM, "shift is over");
    assertThat(told(MACHINE.decide(accepted(), end, NOW + 20)))
        .containsExactly("ann/a1 call_end shift is over", "bob/b1 call_end shift is over");
    Decision cancelled = MACHINE.decide(ringing(), end, NOW + 20);
    assertThat(told(cancelled))
        .containsExactly(
            "ann/a1 call_end shift is over",
            "bob/* call_end shift is over",
            "bob/* call_cancelled ");
    Call over = ((Changed) cancelled).next();
    assertThat(over.state()).isEqualTo(CallState.CANCELLED);
    assertThat(MACHINE.decide(over, end, NOW + 30)).isInstanceOf(Unchanged.class);
  }
}
