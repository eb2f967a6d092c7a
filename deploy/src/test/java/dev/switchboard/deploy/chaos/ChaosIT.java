package dev.switchboard.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Faults at random moments, and nothing lost. The property {@code chaos.minutes} says for how long
 * new rounds begin (one without it, of a seed that is always the same), {@code chaos.seed} which
 * seed the first has; each later round has the next. {@code chaos.kinds} names the {@link
 * FaultKind}s that come, with commas between them, all without it. Reports and histories are in
 * {@code target/chaos}.
 */
final class ChaosIT {
  private static final Path REPORTS = Path.of("target", "chaos");

  /** Of the one round that everybody runs: chance must not decide who may land a change. */
  private static final long SEED = 13;

  private static final long ROUND_MILLIS = TimeUnit.SECONDS.toMillis(120);

  /** Of the one round that all tests together have time for. */
  private static final long SHORT_ROUND_MILLIS = TimeUnit.SECONDS.toMillis(60);

  private static final long SETTLED_MILLIS = TimeUnit.SECONDS.toMillis(90);
  private static final long TOLD_MILLIS = TimeUnit.SECONDS.toMillis(30);

  private static final long DEAF_AT_MOST_MILLIS = TimeUnit.SECONDS.toMillis(15);

  @Test
  void nothingIsLostWhateverBreaks() throws InterruptedException, IOException {
    long minutes = Long.getLong("chaos.minutes", 0);
    long usual = minutes == 0 ? SEED : new Random().nextLong(1_000_000);
    long seed = Long.getLong("chaos.seed", usual);
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
    try (Cluster cluster = new Cluster()) {
      do {
        round(cluster, seed++, minutes == 0 ? SHORT_ROUND_MILLIS : ROUND_MILLIS);
      } while (System.nanoTime() - end < 0);
    }
  }

  private static List<FaultKind> kinds() {
    String names = System.getProperty("chaos.kinds", "");
    return names.isEmpty()
        ? List.of(FaultKind.values())
        : Arrays.stream(names.split(",")).map(FaultKind::valueOf).toList();
  }

  private static void round(Cluster cluster, long seed, long millis)
      throws InterruptedException, IOException {
    Plan plan = Plan.of(seed, millis, kinds());
    History history = new History();
    Checker checker = new Checker(DEAF_AT_MOST_MILLIS);
    List<Violation> violations;
    try (People people = new People(cluster, seed, history)) {
      new Injector(cluster, history).run(plan);
      people.settle(history.quietSinceMillis() + SETTLED_MILLIS);
      violations = checker.check(history);
      long end = history.nowMillis() + TOLD_MILLIS;
      while (!violations.isEmpty() && history.nowMillis() < end) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
        violations = checker.check(history);
      }
    }
    write(plan, history, violations);
    if (!violations.isEmpty()) {
      Files.writeString(REPORTS.resolve(seed + "-nodes.txt"), cluster.described());
    }
    assertThat(violations)
        .withFailMessage("seed %d: %s", seed, Checker.explained(violations, history))
        .isEmpty();
    cluster.awaitWhole();
  }

  private static void write(Plan plan, History history, List<Violation> violations)
      throws IOException {
    String report = Report.of(plan, history, violations);
    System.out.println(report);
    Files.createDirectories(REPORTS);
    Files.writeString(
        REPORTS.resolve(plan.seed() + ".txt"),
        history.events().stream()
            .map(Event::toString)
            .collect(Collectors.joining("\n", report + "\n", "\n")));
  }
}
