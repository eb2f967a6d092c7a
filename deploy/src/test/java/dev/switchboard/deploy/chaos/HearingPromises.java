package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.chaos.Event.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** That everybody is there again for others, soon after the last fault. */
final class HearingPromises {
  static final String NOT_DEAF = "nobody is left deaf";
  static final String NOT_BUSY = "nobody is busy without a call";

  private HearingPromises() {}

  /** All of them; {@code withinMillis} is how long after the last fault somebody may be deaf. */
  static List<Promise> all(long withinMillis) {
    return List.of(HearingPromises::neverReached, history -> deafTooLong(history, withinMillis));
  }

  private static Stream<Violation> deafTooLong(History history, long withinMillis) {
    Map<String, Event> last = new TreeMap<>();
    history
        .of(Kind.DEAF)
        .filter(event -> event.atMillis() > history.quietSinceMillis() + withinMillis)
        .forEach(event -> last.put(event.who(), event));
    return last.values().stream()
        .map(event -> about(event.who(), NOT_DEAF, "still at " + event.atMillis() + " ms"));
  }

  private static Stream<Violation> neverReached(History history) {
    Map<String, Event> last = new TreeMap<>();
    history
        .of(Kind.CONNECTED, Kind.BUSY, Kind.DEAF, Kind.HEARD)
        .filter(event -> !event.is(Kind.CONNECTED) || !last.containsKey(event.who()))
        .filter(event -> !last.containsKey(event.who()) || !last.get(event.who()).is(Kind.HEARD))
        .forEach(event -> last.put(event.who(), event));
    return last.values().stream()
        .filter(event -> !event.is(Kind.HEARD))
        .map(
            event ->
                event.is(Kind.BUSY)
                    ? about(event.who(), NOT_BUSY, event.subject() + " to the last")
                    : about(event.who(), NOT_DEAF, "never reached: " + event.subject()));
  }

  private static Violation about(String user, String promise, String found) {
    return new Violation(promise, "", Set.of(user), found);
  }

  /** How long after the last fault somebody was still found to be deaf, in milliseconds. */
  static long longestDeafMillis(History history) {
    return after(history, Kind.DEAF);
  }

  /** How long after the last fault somebody was still found to be busy, in milliseconds. */
  static long longestBusyMillis(History history) {
    return after(history, Kind.BUSY);
  }

  private static long after(History history, Kind kind) {
    long quiet = history.quietSinceMillis();
    return history.of(kind).mapToLong(event -> event.atMillis() - quiet).max().orElse(0);
  }
}
