package dev.switchboard.signaling.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.signaling.chat.Draft.KeptMessage;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SentBeforeTest {
  private static KeptMessage message(String from, String to, long order) {
    return new KeptMessage("ref" + order, "id" + order, from, to, 1, 0, 10, order);
  }

  @Test
  void nextMessageToAllNamesTheNewestForEachOnce() {
    SentBefore before =
        new SentBefore(
            "ann",
            List.of(
                message("ann", "all", 1),
                message("ann", "all", 3),
                message("ann", "bob", 4),
                message("eve", "all", 5)));
    assertThat(before.takeFor("all")).isEqualTo(Map.of("all", 3L, "bob", 4L));
    assertThat(before.takeFor("all")).isEmpty();
  }

  @Test
  void copiesForEachNameWhatIsForTheirs() {
    SentBefore before =
        new SentBefore("ann", List.of(message("ann", "bob", 1), message("ann", "eve", 2)));
    assertThat(before.takeFor("bob")).isEqualTo(Map.of("bob", 1L));
    assertThat(before.takeFor("bob")).isEmpty();
    assertThat(before.takeFor("eve")).isEqualTo(Map.of("eve", 2L));
  }

  @Test
  void whatWentToAllIsNamedUntilAllHaveHeardSo() {
    SentBefore before = new SentBefore("ann", List.of(message("ann", "all", 1)));
    assertThat(before.takeFor("bob")).isEqualTo(Map.of("all", 1L));
    assertThat(before.takeFor("eve")).isEqualTo(Map.of("all", 1L));
    assertThat(before.takeFor("all")).isEqualTo(Map.of("all", 1L));
    assertThat(before.takeFor("bob")).isEmpty();
  }

  @Test
  void whatIsOldOrOfAnOlderNodeIsNotNamed() {
    List<KeptMessage> history = new ArrayList<>(List.of(message("ann", "all", 1)));
    for (int i = 2; i < 66; i++) {
      history.add(message("eve", "all", i));
    }
    assertThat(new SentBefore("ann", history).takeFor("all")).isEmpty();
    assertThat(new SentBefore("ann", List.of(message("ann", "all", 0))).takeFor("all")).isEmpty();
    JsonObject entry =
        new JsonObject("{\"r\":\"x\",\"f\":\"ann\",\"t\":\"all\",\"n\":1,\"c\":0,\"b\":9}");
    assertThat(KeptMessage.of(entry).order()).isZero();
    assertThat(KeptMessage.of(entry.put("m", 7)).order()).isEqualTo(7);
  }

  @Test
  void placeIsReadAsItWasWritten() {
    JsonObject json = new JsonObject();
    Place place = new Place("ann", 22, Map.of("all", 21L, "bob", 20L));
    place.write(json);
    assertThat(Place.read(new JsonObject(json.encode()))).isEqualTo(place);
    assertThat(Place.read(new JsonObject().put("ref", "x").put("pieces", 1))).isEqualTo(Place.NONE);
  }
}
