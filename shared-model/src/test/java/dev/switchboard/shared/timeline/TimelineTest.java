package dev.switchboard.shared.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TimelineTest {
  private static List<String> written(long at, Step... steps) {
    List<String> texts = new ArrayList<>(List.of("t", Long.toString(at), "n", "node"));
    for (Step step : steps) {
      texts.addAll(step.fields());
    }
    return texts;
  }

  private static Timeline read(List<List<String>> writes) {
    return Timeline.read("c", writes.stream().flatMap(List::stream).toList());
  }

  @Test
  void whatIsWrittenIsRead() {
    Step step =
        new Step(StepName.PUSH_SENT, "bob", "b", "apns", "id", "why", "apns:1", "ios", "ann", 0);
    assertThat(read(List.of(written(7, step))).steps())
        .containsExactly(new TimedStep(7, "node", step));
  }

  @Test
  void stepsOfOneWriteKeepTheirOrderAndWhatWaitedStandsWhereItHappened() {
    Timeline timeline =
        read(
            List.of(
                written(
                    10, Step.of(StepName.INITIATED, "a", "1"), Step.of(StepName.OFFERED, "b", "2")),
                written(20, Step.of(StepName.ENDED, "a", "1")),
                written(25, Step.of(StepName.MEDIA, "a", "1").ago(10))));
    assertThat(timeline.steps())
        .extracting(step -> step.step().name())
        .containsExactly(StepName.INITIATED, StepName.OFFERED, StepName.MEDIA, StepName.ENDED);
    assertThat(timeline.steps()).extracting(TimedStep::at).isSorted();
  }

  @Test
  void pushThatNamesItsTokenOnlyGetsItsDevice() {
    Step tried = Step.of(StepName.PUSH_RETRIED, "bob", "b").by("apns", null, "apns:1");
    Step dropped = Step.of(StepName.PUSH_DROPPED, null, null).by("apns", null, "apns:1");
    Step read = read(List.of(written(1, tried), written(2, dropped))).steps().get(1).step();
    assertThat(read.deviceId()).isEqualTo("b");
    assertThat(read.userId()).isEqualTo("bob");
  }

  @Test
  void stepsOfAnotherVersionAreLeftOut() {
    List<String> texts = List.of("t", "1", "n", "node", "s", "teleported", "u", "bob", "x");
    assertThat(read(List.of(texts)).steps()).isEmpty();
  }
}
