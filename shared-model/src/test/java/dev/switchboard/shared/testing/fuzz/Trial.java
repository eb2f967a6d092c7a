package dev.switchboard.shared.testing.fuzz;

import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One input on its way through a property. */
public final class Trial {
  private final RandomGenerator random;
  private final Map<String, Integer> counts;
  private volatile @Nullable Object input;

  Trial(RandomGenerator random, Map<String, Integer> counts) {
    this.random = random;
    this.counts = counts;
  }

  /** All chance of this input. */
  public RandomGenerator random() {
    return random;
  }

  /** Says what the input is, for the message of a failure. */
  public <T> T of(T made) {
    input = made;
    return made;
  }

  /** Counts what became of it, so that a test can hold its generator to a share. */
  public void count(String outcome) {
    counts.merge(outcome, 1, Integer::sum);
  }

  @Nullable Object input() {
    return input;
  }
}
