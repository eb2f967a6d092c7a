package dev.switchboard.push.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BackOffTest {
  @Test
  void waitsTwiceAsLongEachTimeUpToTenMinutes() {
    assertThat(BackOff.waitMillis(1, 1, null)).isEqualTo(1_000);
    assertThat(BackOff.waitMillis(2, 1, null)).isEqualTo(2_000);
    assertThat(BackOff.waitMillis(10, 1, null)).isEqualTo(512_000);
    assertThat(BackOff.waitMillis(11, 1, null)).isEqualTo(600_000);
    assertThat(BackOff.waitMillis(Integer.MAX_VALUE, 1, null)).isEqualTo(600_000);
  }

  @Test
  void chanceSpreadsWhatFailedTogether() {
    assertThat(BackOff.waitMillis(1, 0, null)).isEqualTo(800);
    assertThat(BackOff.waitMillis(1, 0.5, null)).isEqualTo(900);
  }

  @Test
  void receiverMayAskForMoreAndNotForLess() {
    assertThat(BackOff.waitMillis(1, 1, Duration.ofMinutes(5))).isEqualTo(300_000);
    assertThat(BackOff.waitMillis(11, 1, Duration.ofSeconds(1))).isEqualTo(600_000);
    assertThat(BackOff.waitMillis(1, 1, Duration.ofDays(999_999)))
        .isEqualTo(BackOff.LIFE.toMillis());
  }

  @Test
  void eventIsTriedForADay() {
    assertThat(BackOff.isOver(0, Duration.ofHours(24).toMillis() - 1)).isFalse();
    assertThat(BackOff.isOver(0, Duration.ofHours(24).toMillis())).isTrue();
  }
}
