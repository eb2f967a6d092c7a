package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.chaos.Event.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
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
  static final String SIGNALS_IN_ORDER = "signaling comes in order, and once on a connection";

  /** After these this user knows that the call is over, by an event or by an own act. */
  private static final Set<Kind> ENDS =
      EnumSet.of(
          Kind.END_HEARD,
          Kind.CANCEL_HEARD,
          Kind.TIMEOUT_HEARD,
          Kind.REJECT_HEARD,
          Kind.HUNG_UP,
          Kind.TOLD_OVER);

  private static final Set<Kind> HEARD =
      EnumSet.of(Kind.END_HEARD, Kind.CANCEL_HEARD, Kind.TIMEOUT_HEARD, Kind.REJECT_HEARD);

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

  /** What each user saw of each call, in order, and when it connected anew meanwhile. */
  private static Collection<List<Event>> views(History history) {
    Map<String, Map<String, List<Event>>> views = new LinkedHashMap<>();
    for (Event event : history.events()) {
      Map<String, List<Event>> own =
          views.computeIfAbsent(event.who(), who -> new LinkedHashMap<>());
      if (event.is(Kind.CONNECTED)) {
        own.values().forEach(view -> view.add(event));
      } else if (ENDS.contains(event.kind())
          || KNOWN.contains(event.kind())
          || event.is(Kind.RANG)
          || event.is(Kind.SIGNAL_HEARD)) {
        own.computeIfAbsent(event.subject(), call -> new ArrayList<>()).add(event);
      }
    }
    return views.values().stream().flatMap(own -> own.values().stream()).toList();
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
      if (isHeardTwice(view)) {
        broken.add(of(view, ONE_END, "its end was heard twice on one connection"));
      }
      if (count(view, Kind.CANCEL_HEARD, Kind.TIMEOUT_HEARD, Kind.REJECT_HEARD) > 0) {
        broken.add(of(view, ONE_END, "it ended as if nobody had answered"));
      }
    }
    return broken.stream();
  }

  private static boolean isHeardTwice(List<Event> view) {
    boolean heard = false;
    for (Event event : view) {
      if (event.is(Kind.CONNECTED)) {
        heard = false;
      } else if (HEARD.contains(event.kind())) {
        if (heard) {
          return true;
        }
        heard = true;
      }
    }
    return false;
  }

  /**
   * How many ends of accepted calls were heard once more on another connection: what is not known
   * to have arrived is kept for the device, and sent again when it is back.
   */
  static long heardAgain(History history) {
    return views(history).stream()
        .filter(view -> count(view, Kind.ACCEPTED, Kind.ACCEPT_HEARD) > 0)
        .mapToLong(view -> Math.max(0, count(view, Kind.END_HEARD) - 1))
        .sum();
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
    List<Violation> broken = new ArrayList<>();
    for (List<Event> view : views(history)) {
      int before = 0;
      for (Event event : view) {
        if (event.is(Kind.CONNECTED)) {
          before = 0;
        } else if (event.is(Kind.SIGNAL_HEARD)) {
          int number = Integer.parseInt(event.detail());
          if (number <= before) {
            broken.add(of(view, SIGNALS_IN_ORDER, number + " after " + before));
          }
          before = number;
        }
      }
    }
    return broken.stream();
  }
}
