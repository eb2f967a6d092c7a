package dev.switchboard.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.chaos.Event.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Histories made by hand: good ones pass, and each promise has one that breaks it. */
final class CheckerTest {
  private static final long DEAF_AT_MOST_MILLIS = 15_000;

  private final History history = new History();
  private long now;

  private CheckerTest and(String who, Kind kind, String subject, String detail) {
    history.with(now += 100, who, kind, subject, detail);
    return this;
  }

  private CheckerTest and(String who, Kind kind, String subject) {
    return and(who, kind, subject, "");
  }

  private List<String> broken() {
    return new Checker(DEAF_AT_MOST_MILLIS)
        .check(history).stream().map(Violation::promise).distinct().toList();
  }

  private CheckerTest acceptedCall() {
    return and("ann", Kind.DIALED, "c1", "bob")
        .and("bob", Kind.RANG, "c1", "ann")
        .and("bob", Kind.ACCEPTED, "c1")
        .and("ann", Kind.ACCEPT_HEARD, "c1");
  }

  @Test
  void nothingSeenBreaksNothing() {
    assertThat(broken()).isEmpty();
  }

  @Test
  void callThatEndsForBothIsGood() {
    acceptedCall().and("bob", Kind.HUNG_UP, "c1").and("ann", Kind.END_HEARD, "c1", "hangup");
    assertThat(broken()).isEmpty();
  }

  @Test
  void bothMayHangUpAtOnce() {
    acceptedCall()
        .and("bob", Kind.END_HEARD, "c1", "hangup")
        .and("bob", Kind.HUNG_UP, "c1")
        .and("ann", Kind.HUNG_UP, "c1");
    assertThat(broken()).isEmpty();
  }

  @Test
  void endThatOneNeverHearsIsFound() {
    acceptedCall().and("bob", Kind.HUNG_UP, "c1");
    assertThat(broken()).containsExactly(CallPromises.ONE_END);
  }

  @Test
  void endThatIsHeardTwiceIsFound() {
    acceptedCall()
        .and("bob", Kind.HUNG_UP, "c1")
        .and("ann", Kind.END_HEARD, "c1", "hangup")
        .and("ann", Kind.END_HEARD, "c1", "peer_lost");
    assertThat(broken()).containsExactly(CallPromises.ONE_END);
  }

  private CheckerTest endThatIsHeardAgainByWhoIsBack() {
    return and("ann", Kind.END_HEARD, "c1", "hangup")
        .and("ann", Kind.CONNECTED, "")
        .and("ann", Kind.SIGNAL_HEARD, "c1", "1")
        .and("ann", Kind.END_HEARD, "c1", "hangup")
        .and("ann", Kind.HEARD, "");
  }

  @Test
  void endThatIsHeardAgainByWhoIsBackIsFoundAndCounted() {
    acceptedCall().and("bob", Kind.HUNG_UP, "c1").endThatIsHeardAgainByWhoIsBack();
    assertThat(broken()).containsExactly(CallPromises.ONE_END);
    assertThat(CallPromises.heardAgain(history)).isEqualTo(1);
  }

  @Test
  void endThatWasHeardJustBeforeItsNodeWasKilledMayBeHeardAgain() {
    acceptedCall()
        .and("bob", Kind.HUNG_UP, "c1")
        .and("node0", Kind.FAULT_BEGAN, "NODE_KILLED")
        .endThatIsHeardAgainByWhoIsBack()
        .and("node0", Kind.FAULT_ENDED, "NODE_KILLED");
    assertThat(broken()).isEmpty();
  }

  @Test
  void endThatIsHeardTwiceOnOneConnectionIsFoundWhateverIsKilled() {
    acceptedCall()
        .and("bob", Kind.HUNG_UP, "c1")
        .and("node0", Kind.FAULT_BEGAN, "NODE_KILLED")
        .and("ann", Kind.END_HEARD, "c1", "hangup")
        .and("ann", Kind.END_HEARD, "c1", "hangup")
        .and("node0", Kind.FAULT_ENDED, "NODE_KILLED");
    assertThat(broken()).containsExactly(CallPromises.ONE_END);
  }

  @Test
  void answerThatIsHeardAfterTheEndIsFound() {
    and("ann", Kind.DIALED, "c1", "bob")
        .and("bob", Kind.ACCEPTED, "c1")
        .and("bob", Kind.HUNG_UP, "c1")
        .and("ann", Kind.END_HEARD, "c1", "hangup")
        .and("ann", Kind.ACCEPT_HEARD, "c1");
    assertThat(broken()).containsExactly(CallPromises.NO_ANSWER_AFTER_END);
  }

  @Test
  void answerAndEndThatWaitedWhileTheirDeviceHungUpAreGood() {
    and("ann", Kind.DIALED, "c1", "bob")
        .and("bob", Kind.ACCEPTED, "c1")
        .and("bob", Kind.HUNG_UP, "c1")
        .and("ann", Kind.HUNG_UP, "c1")
        .and("ann", Kind.ACCEPT_HEARD, "c1")
        .and("ann", Kind.SIGNAL_HEARD, "c1", "1")
        .and("ann", Kind.END_HEARD, "c1", "hangup");
    assertThat(broken()).isEmpty();
  }

  @Test
  void answerThatIsHeardByWhoHungUpIsFound() {
    and("ann", Kind.DIALED, "c1", "bob")
        .and("bob", Kind.ACCEPTED, "c1")
        .and("ann", Kind.HUNG_UP, "c1")
        .and("bob", Kind.END_HEARD, "c1", "hangup")
        .and("ann", Kind.ACCEPT_HEARD, "c1");
    assertThat(broken()).containsExactly(CallPromises.NO_ANSWER_AFTER_END);
  }

  @Test
  void acceptedCallThatTimesOutIsFound() {
    acceptedCall().and("bob", Kind.HUNG_UP, "c1").and("ann", Kind.TIMEOUT_HEARD, "c1");
    assertThat(broken()).containsExactly(CallPromises.ONE_END);
  }

  @Test
  void callerWhoNeverLearntOfTheCallNeedNotHearItsEnd() {
    and("bob", Kind.RANG, "c1", "ann")
        .and("bob", Kind.ACCEPTED, "c1")
        .and("bob", Kind.END_HEARD, "c1", "peer_lost");
    assertThat(broken()).isEmpty();
  }

  @Test
  void ringThatIsCancelledIsGood() {
    and("ann", Kind.DIALED, "c1", "bob")
        .and("bob", Kind.RANG, "c1", "ann")
        .and("bob", Kind.RANG, "c1", "ann")
        .and("ann", Kind.HUNG_UP, "c1")
        .and("bob", Kind.END_HEARD, "c1", "cancelled")
        .and("bob", Kind.CANCEL_HEARD, "c1");
    assertThat(broken()).isEmpty();
  }

  @Test
  void ringWithoutAnEndIsFound() {
    and("bob", Kind.RANG, "c1", "ann").and("ann", Kind.HUNG_UP, "c1");
    assertThat(broken()).containsExactly(CallPromises.RING_ENDS);
  }

  @Test
  void ringAfterItsEndIsFound() {
    and("bob", Kind.RANG, "c1", "ann")
        .and("bob", Kind.CANCEL_HEARD, "c1")
        .and("bob", Kind.RANG, "c1", "ann");
    assertThat(broken()).containsExactly(CallPromises.NO_RING_AFTER_END);
  }

  @Test
  void signalingThatComesTwiceOrLateIsFound() {
    acceptedCall()
        .and("ann", Kind.SIGNAL_HEARD, "c1", "1")
        .and("ann", Kind.SIGNAL_HEARD, "c1", "3")
        .and("bob", Kind.HUNG_UP, "c1")
        .and("ann", Kind.END_HEARD, "c1", "hangup");
    assertThat(broken()).isEmpty();
    and("ann", Kind.SIGNAL_HEARD, "c1", "3");
    assertThat(broken()).containsExactly(CallPromises.SIGNALS_IN_ORDER);
  }

  @Test
  void userWhoIsReachedAfterTheLastFaultIsGood() {
    and("ann", Kind.CONNECTED, "")
        .and("node0", Kind.FAULT_BEGAN, "NODE_KILLED")
        .and("node0", Kind.FAULT_ENDED, "NODE_KILLED")
        .and("ann", Kind.BUSY, "E104")
        .and("ann", Kind.DEAF, "E103")
        .and("ann", Kind.HEARD, "");
    assertThat(broken()).isEmpty();
    assertThat(HearingPromises.longestDeafMillis(history)).isEqualTo(200);
    assertThat(HearingPromises.longestBusyMillis(history)).isEqualTo(100);
  }

  @Test
  void userWhoIsDeafForTooLongIsFound() {
    and("ann", Kind.CONNECTED, "").and("node0", Kind.FAULT_ENDED, "NODE_KILLED");
    now += DEAF_AT_MOST_MILLIS;
    and("ann", Kind.DEAF, "no ring").and("ann", Kind.HEARD, "");
    assertThat(broken()).containsExactly(HearingPromises.NOT_DEAF);
  }

  @Test
  void userWhoIsNeverReachedIsFound() {
    and("ann", Kind.CONNECTED, "").and("ann", Kind.DEAF, "E103");
    assertThat(broken()).containsExactly(HearingPromises.NOT_DEAF);
  }

  @Test
  void userWhoIsBusyForEverIsFound() {
    and("ann", Kind.CONNECTED, "").and("ann", Kind.BUSY, "E104");
    assertThat(broken()).containsExactly(HearingPromises.NOT_BUSY);
  }

  private CheckerTest chat() {
    return and("ann", Kind.SHOWN, "s1")
        .and("bob", Kind.SHOWN, "s1")
        .and("ann", Kind.WROTE, "ann.1", "s1")
        .and("bob", Kind.READ, "ann.1", "s1")
        .and("ann", Kind.WROTE, "ann.2", "s1");
  }

  @Test
  void messagesThatAreReadOrShownAreGood() {
    chat()
        .and("bob", Kind.SHOWN, "s1", "ann.1,ann.2")
        .and("reader", Kind.KEPT, "s1", "ann.1,ann.2,ann.3");
    assertThat(broken()).isEmpty();
  }

  @Test
  void messageThatIsNotKeptIsFound() {
    chat().and("bob", Kind.READ, "ann.2", "s1").and("reader", Kind.KEPT, "s1", "ann.1");
    assertThat(broken()).containsExactly(ChatPromises.KEPT);
  }

  @Test
  void messageThatIsKeptTwiceIsFound() {
    chat().and("bob", Kind.READ, "ann.2", "s1").and("reader", Kind.KEPT, "s1", "ann.1,ann.2,ann.2");
    assertThat(broken()).containsExactly(ChatPromises.KEPT);
  }

  @Test
  void messagesThatAreKeptInAnotherOrderAreFound() {
    chat().and("bob", Kind.READ, "ann.2", "s1").and("reader", Kind.KEPT, "s1", "ann.2,ann.1");
    assertThat(broken()).containsExactly(ChatPromises.IN_ORDER);
  }

  @Test
  void messagesThatAreReadInAnotherOrderAreFound() {
    and("bob", Kind.READ, "ann.2", "s1").and("bob", Kind.READ, "ann.1", "s1");
    assertThat(broken()).containsExactly(ChatPromises.IN_ORDER);
  }

  @Test
  void messageThatAMemberNeverSeesIsFound() {
    chat().and("reader", Kind.KEPT, "s1", "ann.1,ann.2");
    assertThat(broken()).containsExactly(ChatPromises.DELIVERED);
  }

  @Test
  void messageThatComesTwiceIsFound() {
    chat()
        .and("bob", Kind.READ, "ann.2", "s1")
        .and("bob", Kind.READ, "ann.2", "s1")
        .and("reader", Kind.KEPT, "s1", "ann.1,ann.2");
    assertThat(broken()).containsExactly(ChatPromises.DELIVERED);
  }

  private CheckerTest emptied() {
    return and("redis", Kind.FAULT_BEGAN, "REDIS_EMPTIED")
        .and("redis", Kind.FAULT_ENDED, "REDIS_EMPTIED");
  }

  @Test
  void messagesAndPushesMayBeGoneWithAllData() {
    chat().and("team", Kind.PUSH_TAKEN, "p1").emptied().and("reader", Kind.KEPT, "s1", "");
    assertThat(broken()).isEmpty();
  }

  @Test
  void whatIsAcknowledgedAfterAllDataIsGoneIsFoundMissing() {
    chat().emptied();
    now += 3_000;
    and("ann", Kind.WROTE, "ann.3", "s1")
        .and("bob", Kind.READ, "ann.3", "s1")
        .and("team", Kind.PUSH_TAKEN, "p1")
        .and("reader", Kind.KEPT, "s1", "");
    assertThat(broken()).containsExactlyInAnyOrder(ChatPromises.KEPT, PushPromises.ARRIVES);
  }

  @Test
  void messageThatIsWrittenAgainSinceAllDataIsGoneMayComeTwice() {
    and("bob", Kind.READ, "ann.1", "s1").emptied().and("bob", Kind.READ, "ann.1", "s1");
    assertThat(broken()).isEmpty();
  }

  @Test
  void onlyTheLastMomentsMayBeGoneWithAFailOver() {
    chat().and("bob", Kind.READ, "ann.2", "s1");
    now += 5_000;
    and("ann", Kind.WROTE, "ann.3", "s1")
        .and("redis", Kind.FAULT_BEGAN, "REDIS_FAILED_OVER")
        .and("redis", Kind.FAULT_ENDED, "REDIS_FAILED_OVER")
        .and("reader", Kind.KEPT, "s1", "ann.1,ann.2");
    assertThat(broken()).isEmpty();
    and("reader", Kind.KEPT, "s1", "ann.1");
    assertThat(broken()).containsExactly(ChatPromises.KEPT);
  }

  @Test
  void userIsDeafOrBusyForEverAlsoWhenAllDataIsGone() {
    and("ann", Kind.CONNECTED, "").and("bob", Kind.CONNECTED, "").emptied();
    and("ann", Kind.DEAF, "E103").and("bob", Kind.BUSY, "E104");
    assertThat(broken())
        .containsExactlyInAnyOrder(HearingPromises.NOT_DEAF, HearingPromises.NOT_BUSY);
  }

  @Test
  void pushesThatArriveOrAreDeadForAReasonAreGood() {
    and("team", Kind.PUSH_TAKEN, "p1")
        .and("team", Kind.PUSH_TAKEN, "p2")
        .and("browsers", Kind.PUSH_ARRIVED, "p1")
        .and("browsers", Kind.PUSH_ARRIVED, "p1")
        .and("team", Kind.PUSH_SETTLED, "p2", "dead HTTP 503");
    assertThat(broken()).isEmpty();
  }

  @Test
  void pushThatIsSaidToBeSentAndNeverArrivedIsFound() {
    and("team", Kind.PUSH_TAKEN, "p1").and("team", Kind.PUSH_SETTLED, "p1", "sent 201");
    assertThat(broken()).containsExactly(PushPromises.ARRIVES);
  }

  @Test
  void pushThatIsDeadWithoutAReasonIsFound() {
    and("team", Kind.PUSH_TAKEN, "p1").and("team", Kind.PUSH_SETTLED, "p1", "dead ");
    assertThat(broken()).containsExactly(PushPromises.ARRIVES);
  }

  @Test
  void pushToABrowserThatWasSaidToBeGoneIsGood() {
    and("ann", Kind.SUBSCRIBED, "")
        .and("ann", Kind.SAID_GONE, "")
        .and("ann", Kind.PUSH_TAKEN, "p1")
        .and("ann", Kind.PUSH_SETTLED, "p1", "nobody");
    assertThat(broken()).isEmpty();
  }

  @Test
  void pushToABrowserThatIsSubscribedAgainAndCalledNobodyIsFound() {
    and("ann", Kind.SAID_GONE, "")
        .and("ann", Kind.SUBSCRIBED, "")
        .and("ann", Kind.PUSH_TAKEN, "p1")
        .and("ann", Kind.PUSH_SETTLED, "p1", "nobody");
    assertThat(broken()).containsExactly(PushPromises.ARRIVES);
  }

  @Test
  void pushThatIsQueuedForEverIsFound() {
    and("team", Kind.PUSH_TAKEN, "p1").and("team", Kind.PUSH_SETTLED, "p1", "queued HTTP 503");
    assertThat(broken()).containsExactly(PushPromises.ARRIVES);
  }

  @Test
  void roomMessageThatComesTwiceIsFound() {
    and("ann", Kind.ROOM_HEARD, "r1", "1").and("ann", Kind.ROOM_HEARD, "r1", "3");
    assertThat(broken()).isEmpty();
    and("ann", Kind.ROOM_HEARD, "r1", "3");
    assertThat(broken()).containsExactly(RoomPromises.IN_ORDER);
  }

  @Test
  void explanationHasTheCallTheConnectionsAndTheFaultsAround() {
    and("cat", Kind.DIALED, "c0", "dan")
        .and("node0", Kind.FAULT_BEGAN, "NODE_KILLED", "3000 ms")
        .and("ann", Kind.DISCONNECTED, "")
        .and("dan", Kind.DISCONNECTED, "");
    acceptedCall().and("bob", Kind.HUNG_UP, "c1").and("node0", Kind.FAULT_ENDED, "NODE_KILLED");
    List<Violation> violations = new Checker(DEAF_AT_MOST_MILLIS).check(history);
    assertThat(Checker.explained(violations, history))
        .contains("c1 of [ann]", "NODE_KILLED", "ACCEPTED", "HUNG_UP")
        .containsOnlyOnce("DISCONNECTED")
        .doesNotContain("c0");
  }
}
