package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.chaos.Event.Kind;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a round was, in a few lines. */
final class Report {
  private Report() {}

  static String of(Plan plan, History history, List<Violation> violations) {
    TreeMap<FaultKind, Long> faults =
        plan.faults().stream()
            .collect(Collectors.groupingBy(Fault::kind, TreeMap::new, Collectors.counting()));
    return String.format(
        Locale.ROOT,
        "chaos: seed %d, %d faults %s; %d calls, %d accepted (%d ends heard again), %d messages, %d"
            + " pushes, of which %d arrived, relayed %d times; deaf for at most %.1f s, busy for at"
            + " most %.1f s after the last fault; lost %d",
        plan.seed(),
        plan.faults().size(),
        faults,
        history.of(Kind.DIALED).count(),
        distinct(history, Kind.ACCEPTED),
        CallPromises.heardAgain(history),
        distinct(history, Kind.WROTE),
        distinct(history, Kind.PUSH_TAKEN),
        distinct(history, Kind.PUSH_ARRIVED),
        history.of(Kind.RELAYED).count(),
        HearingPromises.longestDeafMillis(history) / 1000.0,
        HearingPromises.longestBusyMillis(history) / 1000.0,
        violations.size());
  }

  private static long distinct(History history, Kind kind) {
    return history.of(kind).map(Event::subject).distinct().count();
  }
}
