package dev.switchboard.deploy.chaos;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Holds a history against every promise. */
record Checker(long deafAtMostMillis) {
  private static final int SHOWN = 2;

  /** Where the history shows a promise broken; empty if all were kept. */
  List<Violation> check(History history) {
    return Stream.of(
            CallPromises.all(),
            ChatPromises.all(),
            PushPromises.all(),
            RoomPromises.all(),
            HearingPromises.all(deafAtMostMillis))
        .flatMap(List::stream)
        .flatMap(promise -> promise.broken(history))
        .toList();
  }

  /** The first violations of each promise, each with what one has to read to understand it. */
  static String explained(List<Violation> violations, History history) {
    Map<String, List<Violation>> byPromise =
        violations.stream()
            .collect(
                Collectors.groupingBy(Violation::promise, LinkedHashMap::new, Collectors.toList()));
    return byPromise.values().stream()
        .flatMap(ofOne -> ofOne.stream().limit(SHOWN))
        .map(
            violation ->
                history.around(violation).stream()
                    .map(Event::toString)
                    .collect(Collectors.joining("\n  ", violation + "\n  ", "\n")))
        .collect(
            Collectors.joining(
                "\n", "promises were broken " + violations.size() + " times\n\n", ""));
  }
}
