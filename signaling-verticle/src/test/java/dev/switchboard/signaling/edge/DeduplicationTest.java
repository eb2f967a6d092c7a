package dev.switchboard.signaling.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeduplicationTest {
  private final Deduplication deduplication = new Deduplication(() -> 0);

  private boolean isFirst(String channel, long number) {
    return deduplication.isFirst(
        new EdgeEnvelope(channel, number, new EdgeMessage("socket", "2[]", null)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void inWhateverOrderTheyComeEachIsTakenOnce(long seed) {
    List<Long> twice = new ArrayList<>();
    LongStream.rangeClosed(1, 500).forEach(number -> twice.addAll(List.of(number, number)));
    Collections.shuffle(twice, new Random(seed));
    List<Long> taken = twice.stream().filter(number -> isFirst("channel", number)).toList();
    assertThat(taken)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 500).boxed().toList());
  }

  @Test
  void channelsHaveNothingToDoWithEachOther() {
    assertThat(isFirst("a", 1)).isTrue();
    assertThat(isFirst("b", 1)).isTrue();
    assertThat(isFirst("a", 1)).isFalse();
  }

  @Test
  void whatIsMissingForLongIsNotWaitedFor() {
    assertThat(isFirst("a", 10_000)).isTrue();
    assertThat(isFirst("a", 1)).isFalse();
    assertThat(isFirst("a", 9_999)).isTrue();
    assertThat(isFirst("a", 9_999)).isFalse();
  }

  @Test
  void whatIsForgottenIsTakenOnceMore() {
    assertThat(isFirst("a", 1)).isTrue();
    assertThat(isFirst("a", 2)).isTrue();
    deduplication.forget(new EdgeEnvelope("a", 1, new EdgeMessage("socket", "2[]", null)));
    assertThat(isFirst("a", 1)).isTrue();
    assertThat(isFirst("a", 1)).isFalse();
    assertThat(isFirst("a", 2)).isFalse();
  }
}
