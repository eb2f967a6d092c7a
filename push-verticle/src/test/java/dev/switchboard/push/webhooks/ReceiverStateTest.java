package dev.switchboard.push.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ReceiverStateTest {
  private final ReceiverState receiver = new ReceiverState();

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      receiver.failed(0, null);
    }
  }

  @Test
  void onlySoManyAttemptsAreMadeAtOnce() {
    assertThat(receiver.allowed(0, 0)).isEqualTo(ReceiverState.AT_A_TIME);
    assertThat(receiver.allowed(0, ReceiverState.AT_A_TIME - 1)).isEqualTo(1);
    assertThat(receiver.allowed(0, ReceiverState.AT_A_TIME)).isZero();
  }

  @Test
  void oneThatIsDownIsAskedByASingleEventFromTimeToTime() {
    fail(4);
    assertThat(receiver.isDown()).isFalse();
    assertThat(receiver.failed(0, null)).isTrue();
    assertThat(receiver.failed(0, null)).isFalse();
    assertThat(receiver.isDown()).isTrue();
    assertThat(receiver.allowed(1_999, 0)).isZero();
    assertThat(receiver.allowed(2_000, 0)).isEqualTo(1);
    assertThat(receiver.allowed(2_000, 1)).isZero();
  }

  @Test
  void pauseGrowsToHalfAMinute() {
    fail(1_000);
    assertThat(receiver.allowed(29_999, 0)).isZero();
    assertThat(receiver.allowed(30_000, 0)).isEqualTo(1);
  }

  @Test
  void answerMakesItGood() {
    fail(5);
    assertThat(receiver.answered()).isTrue();
    assertThat(receiver.answered()).isFalse();
    assertThat(receiver.allowed(0, 0)).isEqualTo(ReceiverState.AT_A_TIME);
  }

  @Test
  void receiverIsLeftAloneForAsLongAsItAsksForAnHourAtMost() {
    receiver.failed(0, Duration.ofSeconds(20));
    receiver.answered();
    assertThat(receiver.allowed(19_999, 0)).isZero();
    assertThat(receiver.allowed(20_000, 0)).isPositive();
    receiver.failed(0, Duration.ofDays(9));
    assertThat(receiver.allowed(3_600_000, 0)).isPositive();
  }
}
