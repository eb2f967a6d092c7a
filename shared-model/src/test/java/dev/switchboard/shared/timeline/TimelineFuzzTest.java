package dev.switchboard.shared.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import dev.switchboard.shared.testing.fuzz.Trial;
import dev.switchboard.shared.webhooks.WebhookEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What is read from Redis of timelines and webhooks, also as a later version may write it. */
final class TimelineFuzzTest {
  private static final List<String> LETTERS =
      List.of("u", "d", "p", "i", "w", "k", "f", "c", "z", "", "uu");
  private static final List<String> TIMES =
      List.of("1700000000000", "0", "-1", "x", "", "1e3", "99999999999999999999");

  private static List<String> texts(RandomGenerator random) {
    List<String> texts = new ArrayList<>();
    for (int left = random.nextInt(5); left > 0; left--) {
      texts.add("t");
      texts.add(OddJson.onceIn(random, 6) ? OddJson.one(random, TIMES) : TIMES.getFirst());
      texts.add("s");
      texts.add(
          OddJson.onceIn(random, 6)
              ? OddJson.string(random)
              : OddJson.one(random, List.of(StepName.values())).wireName());
      for (int more = random.nextInt(4); more > 0; more--) {
        texts.add(OddJson.one(random, LETTERS));
        texts.add(OddJson.onceIn(random, 2) ? "ann" : OddJson.value(random));
      }
      if (OddJson.onceIn(random, 3)) {
        texts.add("a");
        texts.add(OddJson.onceIn(random, 4) ? OddJson.one(random, TIMES) : "40");
      }
    }
    if (!texts.isEmpty() && OddJson.onceIn(random, 5)) {
      texts.remove(random.nextInt(texts.size()));
    }
    return texts;
  }

  @Test
  void aTimelineIsReadWhateverStandsInIt() throws InterruptedException {
    Fuzz.run(TimelineFuzzTest::isRead).atLeast(0.5, "with steps");
  }

  private static void isRead(Trial trial) {
    Timeline timeline = Timeline.read("c", trial.of(texts(trial.random())));
    long before = Long.MIN_VALUE;
    for (TimedStep step : timeline.steps()) {
      assertThat(step.at()).isGreaterThanOrEqualTo(before);
      before = step.at();
      // What is written of it is read as the same.
      List<String> again = new ArrayList<>(List.of("t", Long.toString(step.at())));
      again.addAll(step.step().ago(0).fields());
      assertThat(Timeline.read("c", again).steps())
          .extracting(TimedStep::step)
          .containsExactly(step.step().ago(0));
    }
    assertThat(timeline.isParty("nobody")).isFalse();
    trial.count(timeline.steps().isEmpty() ? "empty" : "with steps");
  }

  @Test
  void aWebhookEntryIsReadAsItIsOrNotAtAll() throws InterruptedException {
    Fuzz.run(
            trial -> {
              RandomGenerator random = trial.random();
              String id = OddJson.onceIn(random, 6) ? "" : "msg_" + random.nextInt();
              String text =
                  trial.of(
                      id
                          + (OddJson.onceIn(random, 8) ? "" : " ")
                          + OddJson.one(random, TIMES)
                          + (OddJson.onceIn(random, 8) ? "" : " ")
                          + OddJson.value(random));
              WebhookEntry entry = WebhookEntry.parse(text).orElse(null);
              if (entry != null) {
                assertThat(entry.encode()).isEqualTo(text);
              }
              trial.count(entry == null ? "none" : "entry");
            })
        .atLeast(0.2, "entry")
        .atLeast(0.2, "none");
  }
}
