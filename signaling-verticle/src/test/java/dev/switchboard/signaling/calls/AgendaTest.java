package dev.switchboard.signaling.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AgendaTest {
  private final Agenda<String> agenda = new Agenda<>();

  private List<String> due(long now) {
    List<String> due = new ArrayList<>();
    for (Agenda.Entry<String> next = agenda.poll(now); next != null; next = agenda.poll(now)) {
      due.add(next.of() + " at " + next.at());
    }
    return due;
  }

  @Test
  void whatIsDueComesInTheOrderOfItsTime() {
    agenda.put("late", 30);
    agenda.put("early", 10);
    agenda.put("as early", 10);
    assertThat(due(9)).isEmpty();
    assertThat(due(29)).containsExactly("early at 10", "as early at 10");
    assertThat(due(30)).containsExactly("late at 30");
    assertThat(agenda.size()).isZero();
  }

  @Test
  void latestWordCounts() {
    agenda.put("one", 10);
    agenda.put("one", 20);
    assertThat(due(19)).isEmpty();
    assertThat(due(20)).containsExactly("one at 20");
  }

  @Test
  void whatIsTakenOffLeavesNothing() {
    agenda.put("one", 10);
    agenda.put("other", 10);
    agenda.remove("one");
    agenda.remove("one");
    assertThat(agenda.size()).isEqualTo(1);
    assertThat(due(10)).containsExactly("other at 10");
  }

  @Test
  void isAsAPlainMapWouldBe() {
    Random random = new Random(3);
    Map<String, Long> model = new HashMap<>();
    for (int i = 0; i < 2_000; i++) {
      String name = "n" + random.nextInt(20);
      long at = random.nextInt(100);
      if (random.nextInt(3) == 0) {
        agenda.remove(name);
        model.remove(name);
      } else {
        agenda.put(name, at);
        model.put(name, at);
      }
      assertThat(agenda.size()).isEqualTo(model.size());
    }
    List<String> expected = new ArrayList<>();
    model.forEach((name, at) -> expected.add(name + " at " + at));
    assertThat(due(100)).containsExactlyInAnyOrderElementsOf(expected);
  }
}
