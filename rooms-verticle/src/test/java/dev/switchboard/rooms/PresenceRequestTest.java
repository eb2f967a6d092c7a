package dev.switchboard.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.rooms.PresenceRequest.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PresenceRequestTest {
  private static final Room ROOM = room("t1", "t2");

  private static Room room(String first, String second) {
    return new Room(
        "r", new Person("ann", first, "ios"), new Person("bob", second, "android"), Instant.MAX);
  }

  private static List<Integer> toldBy(String... ids) {
    return new PresenceRequest("r", Kind.JOIN, Set.of(ids), 0).recipients(ROOM);
  }

  @Test
  void theOtherPersonIsTold() {
    assertThat(toldBy("ann")).containsExactly(2);
    assertThat(toldBy("x", "bob")).containsExactly(1);
  }

  @Test
  void withoutAKnownIdWhoeverHasATokenIsTold() {
    assertThat(toldBy()).containsExactly(1, 2);
    assertThat(toldBy("stranger")).containsExactly(1, 2);
    PresenceRequest anybody = new PresenceRequest("r", Kind.JOIN, Set.of(), 0);
    assertThat(anybody.recipients(room(null, "t2"))).containsExactly(2);
    assertThat(anybody.recipients(room(null, null))).isEmpty();
  }

  @Test
  void roomThatIsOnlyInUseHasNobodyTold() {
    String entry = "{\"kind\":\"use\",\"roomId\":\"r\",\"ids\":[\"ann\"],\"at\":1}";
    assertThat(PresenceRequest.read(entry).orElseThrow().recipients(ROOM)).isEmpty();
  }

  @Test
  void rubbishIsNoRequest() {
    for (String rubbish : List.of("", "[]", "nope", "{}", "{\"at\":\"x\",\"roomId\":\"r\"}")) {
      assertThat(PresenceRequest.read(rubbish)).as(rubbish).isEmpty();
    }
  }
}
