package dev.switchboard.deploy.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The soak in small: too short to see anything grow, long enough to see that nothing stays. */
final class SoakIT {
  private static final SoakOptions SMALL =
      new SoakOptions(50, Duration.ofSeconds(12), 8, Duration.ofSeconds(4), 14, Optional.empty());

  /** On a machine with much else to do somebody may wait in vain. */
  private static final double MOST_FAILED = 0.1;

  @Test
  void nothingOfUsersStaysWhenTheyHaveGone() throws Exception {
    try (Soak soak = new Soak(Map.of())) {
      soak.warmUp();
      AtomicInteger looks = new AtomicInteger();
      Crowd crowd =
          soak.play(
              SMALL,
              figures -> {
                looks.incrementAndGet();
                assertThat(figures.get(Figure.HEAP)).isPositive();
                assertThat(figures.get(Figure.DIRECT)).isPositive();
              });
      assertThat(looks).hasPositiveValue();
      int played = crowd.tallies().values().stream().mapToInt(tally -> tally.played).sum();
      int failed = crowd.tallies().values().stream().mapToInt(tally -> tally.failed).sum();
      assertThat(played).isGreaterThan(20);
      assertThat((double) failed / played)
          .as(String.join(System.lineSeparator(), crowd.failures()))
          .isLessThan(MOST_FAILED);
      assertThat(soak.leftovers()).isEmpty();
    }
  }
}
