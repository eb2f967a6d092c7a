package dev.switchboard.signaling.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.timeline.Step;
import dev.switchboard.shared.timeline.StepName;
import dev.switchboard.shared.timeline.TimedStep;
import dev.switchboard.shared.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class VerdictsTest {
  /** 12:03:00 of some day. */
  private static final long NOON = 43_380_000;

  private final List<TimedStep> steps = new ArrayList<>();
  private long seconds;

  VerdictsTest() {
    add(new Step(StepName.INITIATED, "ann", "a", null, null, null, null, null, "bob", 0));
  }

  private VerdictsTest add(Step step) {
    steps.add(new TimedStep(NOON + seconds * 1_000, "node", step));
    seconds += 1;
    return this;
  }

  private VerdictsTest device(StepName name, @Nullable String device, String why) {
    return add(Step.of(name, "bob", device).because(why));
  }

  private VerdictsTest push(StepName name, String device, String provider, String why) {
    return add(Step.of(name, "bob", device).because(why).by(provider, null, null));
  }

  private VerdictsTest call(StepName name) {
    return add(Step.of(name, null, null));
  }

  private List<String> verdict() {
    return Verdicts.of(new Timeline("c", steps));
  }

  @Test
  void refusedTokenIsNamedWithWhatBecameOfIt() {
    push(StepName.PUSH_QUEUED, "phone", "apns", "");
    seconds = 4;
    push(StepName.PUSH_FAILED, "phone", "apns", "BadDeviceToken");
    device(StepName.TOKEN, "phone", "quarantined");
    assertThat(verdict())
        .containsExactly("iPhone of bob: APNs said BadDeviceToken at 12:03:04, token quarantined");
  }

  @Test
  void devicesThatRangHaveNoSentence() {
    device(StepName.OFFERED, "page", "");
    push(StepName.PUSH_QUEUED, "phone", "fcm", "");
    push(StepName.PUSH_SENT, "phone", "fcm", "");
    push(StepName.PUSH_SENT, "other", "fcm", "");
    device(StepName.PUSH_RECEIVED, "phone", "");
    device(StepName.ACCEPTED, "page", "");
    call(StepName.ENDED);
    assertThat(verdict()).isEmpty();
  }

  @Test
  void pushThatNobodyConfirmedIsSaidOnceTheRingIsOver() {
    push(StepName.PUSH_QUEUED, "phone", "fcm", "");
    push(StepName.PUSH_SENT, "phone", "fcm", "");
    assertThat(verdict()).isEmpty();
    call(StepName.TIMED_OUT);
    assertThat(verdict())
        .containsExactly(
            "Android device of bob: FCM took the push at 12:03:02, but the device has not"
                + " confirmed it");
  }

  @Test
  void everyReasonToDropAPushHasWords() {
    push(StepName.PUSH_DROPPED, "a", "fcm", "no_provider");
    push(StepName.PUSH_DROPPED, "b", "fcm", "over");
    push(StepName.PUSH_DROPPED, "c", "fcm", "quarantined");
    push(StepName.PUSH_DROPPED, "d", "fcm", "disabled");
    push(StepName.PUSH_FAILED, "e", "fcm", "TimeoutException");
    push(StepName.PUSH_DROPPED, "e", "fcm", "expired");
    push(StepName.PUSH_RETRIED, "f", "fcm", "UNAVAILABLE");
    assertThat(verdict())
        .satisfiesExactly(
            a ->
                assertThat(a)
                    .isEqualTo(
                        "Android device of bob (a): no push node that runs delivers by FCM"
                            + " (12:03:01)"),
            b -> assertThat(b).contains("no longer rang"),
            c -> assertThat(c).contains("quarantined"),
            d -> assertThat(d).contains("switched off"),
            e -> assertThat(e).contains("FCM gave no answer until 12:03:05").contains("over"),
            f -> assertThat(f).contains("FCM said UNAVAILABLE at 12:03:07"));
  }

  @Test
  void refusalOfOneTokenIsNotHiddenByTheLackOfAnother() {
    push(StepName.PUSH_QUEUED, "phone", "apns", "");
    push(StepName.PUSH_FAILED, "phone", "apns", "Unregistered");
    device(StepName.TOKEN, "phone", "removed");
    push(StepName.PUSH_DROPPED, "phone", "apns", "no_device");
    call(StepName.TIMED_OUT);
    assertThat(verdict())
        .containsExactly("iPhone of bob: APNs said Unregistered at 12:03:02, token removed");
  }

  @Test
  void providerThatCannotBeReachedHasSaidNothing() {
    push(StepName.PUSH_FAILED, "phone", "apns", "NotConnectedException");
    push(StepName.PUSH_FAILED, "other", "fcm", "an answer that is not FCM's");
    assertThat(verdict())
        .containsExactly(
            "iPhone of bob: APNs could not be reached (NotConnectedException) at 12:03:01",
            "Android device of bob: FCM gave an answer that is not FCM's at 12:03:02");
  }

  @Test
  void silenceThatTheCalleeWantedIsSaid() {
    device(StepName.SILENCED, null, "dnd");
    call(StepName.TIMED_OUT);
    assertThat(verdict())
        .containsExactly("bob was not to be disturbed at 12:03:01: no device was rung");
    steps.set(
        1, new TimedStep(NOON, "node", Step.of(StepName.SILENCED, "bob", null).because("blocked")));
    assertThat(verdict()).containsExactly("bob had blocked ann at 12:03:00: no device was rung");
  }

  @Test
  void socketThatDoesNotAnswerIsSaidWithWhatBecameOfItsPush() {
    device(StepName.OFFERED, "phone", "");
    device(StepName.PROBE_UNANSWERED, "phone", "no answer to a probe");
    assertThat(verdict())
        .containsExactly(
            "Device of bob: its socket gave no answer at 12:03:02, and it has no push token");
    push(StepName.PUSH_QUEUED, "phone", "webpush", "");
    push(StepName.PUSH_FAILED, "phone", "webpush", "HTTP 410 gone");
    assertThat(verdict())
        .containsExactly(
            "Browser of bob: its socket gave no answer at 12:03:02, and the push service said"
                + " HTTP 410 gone at 12:03:04");
  }

  @Test
  void socketThatEndedLongAfterTheOfferHadRung() {
    device(StepName.OFFERED, "phone", "");
    seconds += 5;
    device(StepName.PROBE_UNANSWERED, "phone", "socket ended");
    assertThat(verdict()).isEmpty();
  }

  @Test
  void whoWasNotRungAtAllHasOneSentence() {
    add(Step.of(StepName.REFUSED, "bob", null).because("unreachable"));
    assertThat(verdict())
        .containsExactly(
            "bob had no device at 12:03:01: no socket was registered and no push token was kept");
    steps.removeLast();
    add(Step.of(StepName.REFUSED, "bob", null).because("busy"));
    assertThat(verdict()).hasSize(1).first().asString().contains("in another call");
    steps.removeLast();
    add(Step.of(StepName.REFUSED, "bob", null).because("limited"));
    assertThat(verdict()).hasSize(1).first().asString().startsWith("ann had called too often");
  }
}
