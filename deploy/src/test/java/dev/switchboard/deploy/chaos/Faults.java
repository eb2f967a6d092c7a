package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.chaos.Event.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks for the faults in a history. */
final class Faults {
  private Faults() {}

  /** Beginnings and ends of those that were there at some time of a span, in order. */
  static List<Event> during(List<Event> events, long firstMillis, long lastMillis) {
    Map<String, Event> open = new HashMap<>();
    List<Event> there = new ArrayList<>();
    for (Event event : events) {
      String name = event.who() + " " + event.subject();
      if (event.is(Kind.FAULT_BEGAN)) {
        open.put(name, event);
      } else if (event.is(Kind.FAULT_ENDED)) {
        Event began = open.remove(name);
        if (began != null && event.atMillis() >= firstMillis && began.atMillis() <= lastMillis) {
          there.add(began);
          there.add(event);
        }
      }
    }
    open.values().stream().filter(began -> began.atMillis() <= lastMillis).forEach(there::add);
    return there;
  }
}
