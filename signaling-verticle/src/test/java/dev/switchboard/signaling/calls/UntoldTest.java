package dev.switchboard.signaling.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.signaling.calls.Decision.Effect;
import dev.switchboard.signaling.calls.Decision.Effect.Notice;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UntoldTest {
  private static final long NOW = CallMachineTest.ringing().createdAt();
  private static final CallMachine MACHINE = new CallMachine(15_000);

  private static Decision.Changed change(Call call, CallCommand command) {
    return (Decision.Changed) MACHINE.decide(call, command, NOW);
  }

  private static Effect.Notify toAnn(Notice notice) {
    return new Effect.Notify("ann", null, "a1", notice);
  }

  @Test
  void isReadAsItWasWritten() {
    List<Effect.Notify> all =
        List.of(
            new Effect.Notify("bob", "b1", null, new Notice.Accepted(1)),
            toAnn(new Notice.Rejected("not \"now\", \\ \n\u2028\ud83d\ude00", 2)),
            toAnn(new Notice.Ended("bob", "hangup", 3)),
            toAnn(new Notice.Cancelled()),
            toAnn(new Notice.TimedOut(Long.MAX_VALUE)),
            toAnn(new Notice.Reconnecting("bob")),
            toAnn(new Notice.Reconnected("bob")));
    Untold untold = new Untold("c", "1f", all);
    assertThat(Untold.parse(untold.member())).isEqualTo(untold);
    Untold beginning = new Untold("c", "1f", List.of());
    assertThat(Untold.parse(beginning.member())).isEqualTo(beginning);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c",
        "{}",
        "[]",
        "[\"c\"]",
        "[\"c\",\"1\",3]",
        "[\"c\",\"1\",[\"a\",null]]",
        "[\"c\",\"1\",[\"a\",null,null,\"danced\"]]",
        "[\"c\",\"1\",[\"a\",null,null,\"accepted\"]]"
      })
  void whatIsNoneIsNotRead(String text) {
    assertThat(Untold.parse(text)).isNull();
  }

  @Test
  void stepsThatNobodyHasToHearOfAreNone() {
    Call ringing = CallMachineTest.ringing();
    assertThat(Untold.of(ringing, ringing, "1", List.of(new Effect.PushMissed("bob")))).isNull();
    assertThat(Untold.of(null, ringing, "1", List.of())).matches(Untold::isBeginning);
  }

  @Test
  void answerIsNotToldOfACallThatIsOverAndItsEndIs() {
    Decision.Changed accept =
        change(CallMachineTest.ringing(), new CallCommand.Accept("bob", "b1"));
    Untold untold = of(accept);
    assertThat(untold.stillTrue(accept.next())).isEqualTo(untold.notices());
    Decision.Changed end = change(accept.next(), new CallCommand.End("ann", "a1"));
    assertThat(untold.stillTrue(end.next()))
        .filteredOn(Objects::nonNull)
        .noneMatch(notify -> notify.notice() instanceof Notice.Accepted);
    assertThat(of(end).stillTrue(end.next())).isEqualTo(of(end).notices()).isNotEmpty();
  }

  @Test
  void absenceIsNotToldOfWhoIsBack() {
    Call call = change(CallMachineTest.ringing(), new CallCommand.Accept("bob", "b1")).next();
    Decision.Changed lost = change(call, new CallCommand.DeviceLost("bob", "b1"));
    Decision.Changed back = change(lost.next(), new CallCommand.DeviceBack("bob", "b1", "b1"));
    assertThat(of(lost).stillTrue(lost.next())).doesNotContainNull();
    assertThat(of(lost).stillTrue(back.next())).containsOnlyNulls();
    assertThat(of(back).stillTrue(back.next())).doesNotContainNull();
    assertThat(of(back).stillTrue(lost.next())).containsOnlyNulls();
  }

  @Test
  void onlyACallThatRingsAndIsNewIsOffered() {
    Call ringing = CallMachineTest.ringing();
    Untold begun = new Untold("c", "1", List.of());
    assertThat(begun.isToBeOffered(ringing, NOW + 1_600)).isTrue();
    // Its caller may have been told by now that nobody knows what became of it.
    assertThat(begun.isToBeOffered(ringing, NOW + 2_000)).isFalse();
    Call accepted = change(ringing, new CallCommand.Accept("bob", "b1")).next();
    assertThat(begun.isToBeOffered(accepted, NOW + 1)).isFalse();
  }

  @Test
  void callThatNobodyWasOfferedInTimeIsLeftToItsCallerWhileItRings() {
    Call ringing = CallMachineTest.ringing();
    Untold begun = Untold.beginning(ringing);
    assertThat(begun.isLeftToItsCaller(ringing, NOW + 1_999)).isFalse();
    assertThat(begun.isLeftToItsCaller(ringing, NOW + 2_000)).isTrue();
    Decision.Changed lost = change(ringing, new CallCommand.DeviceLost("ann", "a1"));
    assertThat(Untold.beginning(lost.next())).isEqualTo(begun);
    assertThat(of(lost).isLeftToItsCaller(lost.next(), NOW + 2_000)).isFalse();
    Call over = change(ringing, new CallCommand.Retract()).next();
    assertThat(begun.isLeftToItsCaller(over, NOW + 2_000)).isFalse();
  }

  private static Untold of(Decision.Changed change) {
    return Objects.requireNonNull(
        Untold.of(CallMachineTest.ringing(), change.next(), "1", change.effects()));
  }
}
