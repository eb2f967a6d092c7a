package dev.switchboard.shared.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TimelineTest {
  private static Timeline.Entry entry(long at, Step... steps) {
    List<String> fields = new ArrayList<>(List.of("n", "node"));
    for (Step step : steps) {
      fields.addAll(step.fields());
    }
    return new Timeline.Entry(at + "-0", fields);
  }

  @Test
  void whatIsWrittenIsRead() {
    Step step =
        new Step(StepName.PUSH_SENT, "bob", "b", "apns", "id", "why", "apns:1", "ios", "ann", 0);
    assertThat(Timeline.read("c", List.of(entry(7, step))).steps())
        .containsExactly(new TimedStep(7, "node", step));
  }

  @Test
  void stepsOfOneEntryKeepTheirOrderAndWhatWaitedStandsWhereItHappened() {
    Timeline timeline =
        Timeline.read(
            "c",
            List.of(
                entry(
                    10, Step.of(StepName.INITIATED, "a", "1"), Step.of(StepName.OFFERED, "b", "2")),
                entry(20, Step.of(StepName.ENDED, "a", "1")),
                entry(25, Step.of(StepName.MEDIA, "a", "1").ago(10))));
    assertThat(timeline.steps())
        .extracting(step -> step.step().name())
        .containsExactly(StepName.INITIATED, StepName.OFFERED, StepName.MEDIA, StepName.ENDED);
    assertThat(timeline.steps()).extracting(TimedStep::at).isSorted();
  }

  @Test
  void pushThatNamesItsTokenOnlyGetsItsDevice() {
    Step tried = Step.of(StepName.PUSH_RETRIED, "bob", "b").by("apns", null, "apns:1");
    Step dropped = Step.of(StepName.PUSH_DROPPED, null, null).by("apns", null, "apns:1");
    Step read =
        Timeline.read("c", List.of(entry(1, tried), entry(2, dropped))).steps().get(1).step();
    assertThat(read.deviceId()).isEqualTo("b");
    assertThat(read.userId()).isEqualTo("bob");
  }

  @Test
  void entriesOfAnotherVersionAreLeftOut() {
    List<String> fields = List.of("n", "node", "s", "teleported", "u", "bob", "x");
    assertThat(Timeline.read("c", List.of(new Timeline.Entry("1-0", fields))).steps()).isEmpty();
  }
}
