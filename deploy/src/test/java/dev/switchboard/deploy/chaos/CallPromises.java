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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What each party of a call is promised, once everybody has left every call. */
final class CallPromises {
  static final String ONE_END = "an accepted call has one end that both hear";
  static final String RING_ENDS = "who was rung hears the end of it";
  static final String NO_RING_AFTER_END = "nothing rings after its end";
  static final String NO_ANSWER_AFTER_END = "nobody hears of an answer after the end";
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

  /** After these nobody may know what a node has told its own devices just before. */
  private static final Set<String> LOSING =
      Stream.of(
              FaultKind.NODE_KILLED,
              FaultKind.NODE_FROZEN,
              FaultKind.NODE_WITHOUT_REDIS,
              FaultKind.NODE_UNHEARD_BY_REDIS)
          .map(FaultKind::name)
          .collect(Collectors.toSet());

  /** A phone is told and writes it down within this, on a busy machine. */
  private static final long MOMENT_MILLIS = 500;

  private CallPromises() {}

  /** All of them. */
  static List<Promise> all() {
    return List.of(
        CallPromises::oneEnd,
        CallPromises::ringEnds,
        CallPromises::noRingAfterEnd,
        CallPromises::noAnswerAfterEnd,
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
      if (isHeardTwice(view, history)) {
        broken.add(of(view, ONE_END, "its end was heard twice"));
      }
      if (count(view, Kind.CANCEL_HEARD, Kind.TIMEOUT_HEARD, Kind.REJECT_HEARD) > 0) {
        broken.add(of(view, ONE_END, "it ended as if nobody had answered"));
      }
    }
    return broken.stream();
  }

  /**
   * True if an end came again, be it on another connection. Nobody who lives can know what a node
   * has told its own devices in the moment before it died: what was heard then may be heard once
   * more where the device is next.
   */
  private static boolean isHeardTwice(List<Event> view, History history) {
    Event before = null;
    boolean anew = false;
    for (Event event : view) {
      if (event.is(Kind.CONNECTED)) {
        anew = true;
      } else if (HEARD.contains(event.kind())) {
        if (before != null && !(anew && isJustBeforeALoss(before, history))) {
          return true;
        }
        before = event;
        anew = false;
      }
    }
    return false;
  }

  private static boolean isJustBeforeALoss(Event heard, History history) {
    return history
        .of(Kind.FAULT_BEGAN)
        .filter(fault -> LOSING.contains(fault.subject()))
        .anyMatch(fault -> Math.abs(fault.atMillis() - heard.atMillis()) <= MOMENT_MILLIS);
  }

  /** How many ends of accepted calls were heard once more on another connection. */
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
    return afterEnd(history, Kind.RANG, EnumSet.noneOf(Kind.class), NO_RING_AFTER_END);
  }

  /** Who hung up while the other's answer and end waited hears both, and so still of an end. */
  private static Stream<Violation> noAnswerAfterEnd(History history) {
    return afterEnd(history, Kind.ACCEPT_HEARD, HEARD, NO_ANSWER_AFTER_END);
  }

  /**
   * Who heard something after the end.
   *
   * @param excuses what makes it good if it is heard after that
   */
  private static Stream<Violation> afterEnd(
      History history, Kind forbidden, Set<Kind> excuses, String promise) {
    List<Violation> broken = new ArrayList<>();
    for (List<Event> view : views(history)) {
      boolean over = false;
      Event late = null;
      for (Event event : view) {
        if (over && event.is(forbidden)) {
          late = event;
        } else if (excuses.contains(event.kind())) {
          late = null;
        }
        over |= ENDS.contains(event.kind());
      }
      if (late != null) {
        broken.add(of(view, promise, "it did at " + late.atMillis() + " ms"));
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
