package dev.switchboard.signaling.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProgressTest {
  @Test
  void tellsWhatHasComeFromWhatHasNot() {
    Progress progress = Progress.upTo(5).and(8);
    assertThat(progress.has(5)).isTrue();
    assertThat(progress.has(6)).isFalse();
    assertThat(progress.has(7)).isFalse();
    assertThat(progress.has(8)).isTrue();
    assertThat(progress.has(9)).isFalse();
    assertThat(progress.and(6).has(6)).isTrue();
    assertThat(progress.and(6).has(7)).isFalse();
    assertThat(progress.andUpTo(6).has(6)).isTrue();
    assertThat(progress.andUpTo(6).has(7)).isFalse();
    assertThat(progress.andUpTo(6).has(8)).isTrue();
    assertThat(progress.andUpTo(9)).isEqualTo(Progress.upTo(9));
    assertThat(Progress.upTo(0).and(100).andUpTo(2)).isEqualTo(Progress.upTo(0).and(100));
  }

  @Test
  void agreesWithASetForAsLongAsItTellsNumbersApart() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 200; round++) {
      Progress progress = Progress.upTo(0);
      Set<Long> delivered = new HashSet<>();
      long highest = 0;
      for (int i = 0; i < 50; i++) {
        long number =
            Math.max(1, highest + random.nextInt(-Progress.WINDOW + 1, round < 100 ? 4 : 90));
        delivered.add(number);
        highest = Math.max(highest, number);
        progress = progress.and(number);
        for (long known = Math.max(1, highest - Progress.WINDOW); known <= highest + 2; known++) {
          assertThat(progress.has(known))
              .as("%s of %s", known, delivered)
              .isEqualTo(delivered.contains(known));
        }
        assertThat(Progress.parse(progress.text())).isEqualTo(progress);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", ".", "5.", "x!", "1.g", "1.11111111111111111", "zzzzzzzzzzzz"})
  void otherTextIsNone(String text) {
    assertThat(Progress.parse(text)).isNull();
  }
}
