package dev.switchboard.signaling.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.signaling.chat.PastEvents.Missed;
import dev.switchboard.signaling.recovery.Progress;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PastEventsTest {
  private static JsonObject message(String from, String to, boolean firstOfItsId) {
    return new JsonObject()
        .put("r", "ref")
        .put("f", from)
        .put("t", to)
        .put("n", 1)
        .put("c", 0)
        .put("b", 10)
        .put("o", firstOfItsId);
  }

  private static JsonObject joined(String user) {
    return new JsonObject().put("p", "user-joined").put("u", user).put("d", "D").put("at", 1);
  }

  private static List<Long> numbers(PastEvents events, Progress progress, String user) {
    return events.since(progress, user).stream().map(Missed::number).toList();
  }

  @Test
  void everyoneGetsWhatIsForThem() {
    PastEvents events =
        new PastEvents(
            11,
            List.of(
                joined("bob"),
                message("ann", "all", true),
                message("ann", "bob", true),
                message("ann", "eve", false),
                new JsonObject().put("w", "42[]").put("t", "eve"),
                new JsonObject().put("k", true)));
    Progress none = Progress.upTo(10);
    assertThat(numbers(events, none, "ann")).containsExactly(11L, 12L, 13L, 16L);
    assertThat(numbers(events, none, "bob")).containsExactly(12L, 13L, 16L);
    assertThat(numbers(events, none, "eve")).containsExactly(11L, 12L, 14L, 15L, 16L);
    assertThat(numbers(events, none.and(12).and(14), "eve"))
        .containsExactly(11L, 15L, 16L)
        .doesNotContain(13L);
  }

  @Test
  void anAuthorsOwnMessageIsItsReceipt() {
    PastEvents events = new PastEvents(1, List.of(message("ann", "all", true)));
    assertThat(events.since(Progress.upTo(0), "ann").getFirst())
        .isInstanceOfSatisfying(Missed.Message.class, one -> assertThat(one.own()).isTrue());
    assertThat(events.since(Progress.upTo(0), "bob").getFirst())
        .isInstanceOfSatisfying(Missed.Message.class, one -> assertThat(one.own()).isFalse());
  }

  @Test
  void nothingIsLeftOutInSilence() {
    PastEvents events = new PastEvents(11, List.of(joined("bob")));
    assertThat(events.since(Progress.upTo(9), "ann")).isNull();
    assertThat(events.since(Progress.upTo(10), "ann")).hasSize(1);
    assertThat(events.since(Progress.upTo(11), "ann")).isEmpty();
    assertThat(new PastEvents(1, List.of()).since(Progress.upTo(0), "ann")).isEmpty();
  }
}
