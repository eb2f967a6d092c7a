package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.chaos.Event.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Everything that was seen, in order. Any thread may add to it. */
final class History {
  private static final long AROUND_MILLIS = 3_000;

  private final long began = System.nanoTime();
  private final List<Event> events = new ArrayList<>();

  /** Adds what happens now. */
  void add(String who, Kind kind, String subject, String detail) {
    synchronized (events) {
      events.add(new Event(nowMillis(), who, kind, subject, detail));
    }
  }

  /** Adds what happens now, with nothing more to say. */
  void add(String who, Kind kind, String subject) {
    add(who, kind, subject, "");
  }

  /** Adds what happened at a time, such as what turned out since to have been in vain. */
  History with(long atMillis, String who, Kind kind, String subject, String detail) {
    synchronized (events) {
      events.add(new Event(atMillis, who, kind, subject, detail));
    }
    return this;
  }

  /** Milliseconds since it began. */
  long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
  }

  /** What there is so far. */
  List<Event> events() {
    synchronized (events) {
      return List.copyOf(events);
    }
  }

  /** All of some kinds so far, in order. */
  Stream<Event> of(Kind... kinds) {
    Set<Kind> wanted = Set.of(kinds);
    return events().stream().filter(event -> wanted.contains(event.kind()));
  }

  /** When the last fault ended; 0 if there was none. */
  long quietSinceMillis() {
    return of(Kind.FAULT_ENDED).mapToLong(Event::atMillis).max().orElse(0);
  }

  /**
   * What one has to read to understand a violation: all about its subject, the connections of whom
   * it concerns meanwhile, and the faults around.
   */
  List<Event> around(Violation violation) {
    List<Event> all = events();
    List<Event> own =
        all.stream()
            .filter(event -> !event.isFault())
            .filter(event -> concerns(violation, event))
            .toList();
    long first = own.stream().mapToLong(Event::atMillis).min().orElse(0) - AROUND_MILLIS;
    long last = own.stream().mapToLong(Event::atMillis).max().orElse(nowMillis()) + AROUND_MILLIS;
    Set<Event> faults = Set.copyOf(Faults.during(all, first, last));
    return all.stream()
        .filter(
            event ->
                event.isFault() ? faults.contains(event) : isNear(violation, event, first, last))
        .toList();
  }

  private static boolean concerns(Violation violation, Event event) {
    return violation.subject().isEmpty()
        ? violation.users().contains(event.who())
        : event.subject().equals(violation.subject());
  }

  private static boolean isNear(Violation violation, Event event, long first, long last) {
    return concerns(violation, event)
        || violation.users().contains(event.who())
            && event.atMillis() >= first
            && event.atMillis() <= last
            && isOfConnection(event.kind());
  }

  private static boolean isOfConnection(Kind kind) {
    return kind == Kind.CONNECTED || kind == Kind.DISCONNECTED || kind == Kind.REGISTERED;
  }
}
