package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.chaos.Event.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** That no push is lost. Its record's state and reason are the detail of how it was settled. */
final class PushPromises {
  static final String ARRIVES = "an acknowledged push arrives, or is dead with a reason";

  /** What a record may say of a push that never arrived, if it has a reason too. */
  private static final Set<String> GIVEN_UP = Set.of("dead", "failed", "expired", "dropped");

  /** What is said of a push to a user without a browser. */
  private static final String NOBODY = "nobody";

  private PushPromises() {}

  /** All of them. */
  static List<Promise> all() {
    return List.of(PushPromises::arrives);
  }

  private static Stream<Violation> arrives(History history) {
    Set<String> arrived = new HashSet<>();
    history.of(Kind.PUSH_ARRIVED).forEach(event -> arrived.add(event.subject()));
    Map<String, String> settled = new HashMap<>();
    history.of(Kind.PUSH_SETTLED).forEach(event -> settled.put(event.subject(), event.detail()));
    Losses losses = new Losses(history);
    return history
        .of(Kind.PUSH_TAKEN)
        .filter(event -> !losses.concern(event))
        .filter(event -> !arrived.contains(event.subject()))
        .filter(event -> !isGivenUp(settled.getOrDefault(event.subject(), "")))
        .filter(
            event ->
                !settled.getOrDefault(event.subject(), "").equals(NOBODY)
                    || !mayHaveNoBrowser(event, history))
        .map(
            event ->
                new Violation(
                    ARRIVES,
                    event.subject(),
                    Set.of(event.who()),
                    "its record says: " + settled.getOrDefault(event.subject(), "nothing")));
  }

  /** True if its browser was said to be gone and had not subscribed again by then. */
  private static boolean mayHaveNoBrowser(Event taken, History history) {
    long subscribed =
        history
            .of(Kind.SUBSCRIBED)
            .filter(event -> event.who().equals(taken.who()))
            .mapToLong(Event::atMillis)
            .filter(at -> at < taken.atMillis())
            .max()
            .orElse(0);
    return history
        .of(Kind.SAID_GONE)
        .anyMatch(event -> event.who().equals(taken.who()) && event.atMillis() > subscribed);
  }

  private static boolean isGivenUp(String record) {
    int blank = record.indexOf(' ');
    return blank > 0
        && GIVEN_UP.contains(record.substring(0, blank))
        && !record.substring(blank).isBlank();
  }
}
