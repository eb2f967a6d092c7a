package dev.switchboard.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Faults at random moments, and nothing lost. {@code chaos.minutes} says for how long, {@code
 * chaos.seed} with which seed to begin; both are in the operators' guide for developers.
 */
final class ChaosIT {
  private static final int USERS = 50;
  private static final long DEAF_AT_MOST_MILLIS = TimeUnit.SECONDS.toMillis(60);
  private static final long SETTLED_MILLIS = TimeUnit.SECONDS.toMillis(90);
  private static final long ROUND_MILLIS = TimeUnit.SECONDS.toMillis(120);

  @Test
  void nothingIsLostWhateverBreaks() throws InterruptedException {
    long seed = Long.getLong("chaos.seed", new Random().nextLong(1_000_000));
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(Long.getLong("chaos.minutes", 2));
    try (Cluster cluster = new Cluster()) {
      do {
        round(cluster, seed++);
      } while (System.nanoTime() - end < 0);
    }
  }

  private static void round(Cluster cluster, long seed) throws InterruptedException {
    Plan plan = Plan.of(seed, ROUND_MILLIS);
    History history = new History();
    List<VirtualUser> users = new ArrayList<>();
    try {
      IntStream.range(0, USERS).forEach(i -> users.add(user(cluster, seed, i, history)));
      Await.until(() -> users.stream().allMatch(VirtualUser::isRegistered), 60);
      People people = new People(users);
      new Injector(cluster, history).run(plan);
      people.settle(history.quietSinceMillis() + SETTLED_MILLIS);
    } finally {
      users.forEach(VirtualUser::close);
    }
    List<Violation> violations = new Checker(DEAF_AT_MOST_MILLIS).check(history);
    System.out.println(Report.of(plan, history, violations));
    assertThat(violations)
        .as(() -> "seed " + seed + ": " + Checker.explained(violations, history))
        .isEmpty();
    cluster.awaitWhole();
  }

  private static VirtualUser user(Cluster cluster, long seed, int number, History history) {
    String name = "r%d-u%02d".formatted(seed, number);
    return new VirtualUser(
        name, cluster.front(), cluster.token(name, false), seed * USERS + number, history);
  }
}
