package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.chaos.Event.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What the two in a room are promised of what they send each other, numbered as it is sent. */
final class RoomPromises {
  static final String IN_ORDER = "what is sent in a room comes in order and once";

  private RoomPromises() {}

  /** All of them. */
  static List<Promise> all() {
    return List.of(RoomPromises::inOrder);
  }

  private static Stream<Violation> inOrder(History history) {
    Map<String, Integer> last = new HashMap<>();
    List<Violation> broken = new ArrayList<>();
    history
        .of(Kind.ROOM_HEARD)
        .forEach(
            event -> {
              int number = Integer.parseInt(event.detail());
              Integer before = last.put(event.who(), number);
              if (before != null && number <= before) {
                broken.add(
                    new Violation(
                        IN_ORDER,
                        event.subject(),
                        Set.of(event.who()),
                        number + " after " + before));
              }
            });
    return broken.stream();
  }
}
