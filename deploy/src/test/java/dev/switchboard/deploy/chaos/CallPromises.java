package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.chaos.Event.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What each party of a call is promised, once everybody has left every call. */
final class CallPromises {
  static final String ONE_END = "an accepted call has one end that both hear";
  static final String RING_ENDS = "who was rung hears the end of it";
  static final String NO_RING_AFTER_END = "nothing rings after its end";
  static final String SIGNALS_IN_ORDER = "signaling comes in order and once";

  /** After these this user knows that the call is over, by an event or by an own act. */
  private static final Set<Kind> ENDS =
      EnumSet.of(
          Kind.END_HEARD,
          Kind.CANCEL_HEARD,
          Kind.TIMEOUT_HEARD,
          Kind.REJECT_HEARD,
          Kind.HUNG_UP,
          Kind.TOLD_OVER);

  /** Who has seen one of these knows of a call. */
  private static final Set<Kind> KNOWN =
      EnumSet.of(Kind.DIALED, Kind.ACCEPTED, Kind.ACCEPT_HEARD, Kind.RESUMED);

  private CallPromises() {}

  /** All of them. */
  static List<Promise> all() {
    return List.of(
        CallPromises::oneEnd,
        CallPromises::ringEnds,
        CallPromises::noRingAfterEnd,
        CallPromises::signalsInOrder);
  }

  /** What each user saw of each call, in order. */
  private static Collection<List<Event>> views(History history) {
    Map<List<String>, List<Event>> views = new LinkedHashMap<>();
    for (Event event : history.events()) {
      if (ENDS.contains(event.kind())
          || KNOWN.contains(event.kind())
          || event.is(Kind.RANG)
          || event.is(Kind.SIGNAL_HEARD)) {
        views
            .computeIfAbsent(List.of(event.subject(), event.who()), key -> new ArrayList<>())
            .add(event);
      }
    }
    return views.values();
  }

  private static Violation of(List<Event> view, String promise, String found) {
    Event first = view.getFirst();
    return new Violation(promise, first.subject(), Set.of(first.who()), found);
  }

  private static long count(List<Event> view, Kind... kinds) {
    return view.stream().filter(event -> Set.of(kinds).contains(event.kind())).count();
  }

  private static Stream<Violation> oneEnd(History history) {
    Set<String> accepted = new HashSet<>();
    history.of(Kind.ACCEPTED).forEach(event -> accepted.add(event.subject()));
    List<Violation> broken = new ArrayList<>();
    for (List<Event> view : views(history)) {
      boolean concerned =
          accepted.contains(view.getFirst().subject())
              && view.stream().anyMatch(event -> KNOWN.contains(event.kind()));
      if (!concerned) {
        continue;
      }
      if (view.stream().noneMatch(event -> ENDS.contains(event.kind()))) {
        broken.add(of(view, ONE_END, "it never ended here"));
      }
      long heard =
          count(view, Kind.END_HEARD, Kind.CANCEL_HEARD, Kind.TIMEOUT_HEARD, Kind.REJECT_HEARD);
      if (heard > 1) {
        broken.add(of(view, ONE_END, "its end was heard " + heard + " times"));
      }
      if (count(view, Kind.CANCEL_HEARD, Kind.TIMEOUT_HEARD, Kind.REJECT_HEARD) > 0) {
        broken.add(of(view, ONE_END, "it ended as if nobody had answered"));
      }
    }
    return broken.stream();
  }

  private static Stream<Violation> ringEnds(History history) {
    return views(history).stream()
        .filter(view -> view.getFirst().is(Kind.RANG))
        .filter(
            view ->
                view.stream()
                    .noneMatch(
                        event -> ENDS.contains(event.kind()) || KNOWN.contains(event.kind())))
        .map(view -> of(view, RING_ENDS, "it rings still"));
  }

  private static Stream<Violation> noRingAfterEnd(History history) {
    List<Violation> broken = new ArrayList<>();
    for (List<Event> view : views(history)) {
      boolean over = false;
      for (Event event : view) {
        if (event.is(Kind.RANG) && over) {
          broken.add(of(view, NO_RING_AFTER_END, "it rang at " + event.atMillis() + " ms"));
        }
        over |= ENDS.contains(event.kind());
      }
    }
    return broken.stream();
  }

  private static Stream<Violation> signalsInOrder(History history) {
    Map<List<String>, Integer> last = new HashMap<>();
    List<Violation> broken = new ArrayList<>();
    history
        .of(Kind.SIGNAL_HEARD)
        .forEach(
            event -> {
              int number = Integer.parseInt(event.detail());
              Integer before = last.put(List.of(event.subject(), event.who()), number);
              if (before != null && number <= before) {
                broken.add(of(List.of(event), SIGNALS_IN_ORDER, number + " after " + before));
              }
            });
    return broken.stream();
  }
}
