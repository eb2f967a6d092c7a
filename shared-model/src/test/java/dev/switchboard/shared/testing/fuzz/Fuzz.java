package dev.switchboard.shared.testing.fuzz;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs a property on inputs that depend on a seed and their number alone, so that a failure names
 * both, and fails for an input that it does not come back from. {@code
 * -Dswitchboard.fuzz.count=1000000} runs more of them, {@code -Dswitchboard.fuzz.seed=2} others,
 * {@code -Dswitchboard.fuzz.input=17} one of them alone.
 */
public final class Fuzz {
  private static final long SEED = Long.getLong("switchboard.fuzz.seed", 1);
  private static final int COUNT = Integer.getInteger("switchboard.fuzz.count", 10_000);
  private static final int ALONE = Integer.getInteger("switchboard.fuzz.input", -1);

  private static final long LOOK_MILLIS = 50;

  /** Each takes microseconds: whoever takes this long on any machine hangs. */
  private static final long HANGS_MILLIS = 20_000;

  private static final int SHOWN = 2_000;

  /** What holds for each input; throws if it does not. */
  @FunctionalInterface
  public interface Property {
    void check(Trial trial) throws Exception;
  }

  private final Map<String, Integer> counts = new ConcurrentHashMap<>();
  private final AtomicInteger number = new AtomicInteger();
  private final AtomicReference<Trial> current = new AtomicReference<>();
  private int made;

  private Fuzz() {}

  /** The chance that an input of this number is made of. */
  public static SplittableRandom random(long seed, int number) {
    // Mixed, since generators whose seeds lie a constant apart may go through the same numbers.
    long mixed = seed * 0x9E3779B97F4A7C15L + number;
    mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    return new SplittableRandom(mixed ^ mixed >>> 31);
  }

  /** Runs it on all inputs; throws an {@link AssertionError} for the first that fails. */
  public static Fuzz run(Property property) throws InterruptedException {
    Fuzz fuzz = new Fuzz();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread runner =
        new Thread(
            () -> {
              try {
                fuzz.checkAll(property);
              } catch (Throwable e) {
                failure.set(e);
              }
            },
            "fuzz");
    runner.setDaemon(true);
    runner.start();
    fuzz.await(runner);
    if (failure.get() != null) {
      throw new AssertionError(fuzz.named(), failure.get());
    }
    return fuzz;
  }

  private void checkAll(Property property) throws Exception {
    int from = ALONE < 0 ? 0 : ALONE;
    int to = ALONE < 0 ? COUNT : ALONE + 1;
    for (int next = from; next < to; next++) {
      Trial trial = new Trial(random(SEED, next), counts);
      number.set(next);
      current.set(trial);
      property.check(trial);
      made++;
    }
  }

  private void await(Thread runner) throws InterruptedException {
    int seen = -1;
    long since = System.nanoTime();
    while (runner.isAlive()) {
      runner.join(LOOK_MILLIS);
      int now = number.get();
      if (now != seen) {
        seen = now;
        since = System.nanoTime();
      } else if (runner.isAlive() && System.nanoTime() - since > HANGS_MILLIS * 1_000_000) {
        AssertionError hangs = new AssertionError("hangs at " + named());
        hangs.setStackTrace(runner.getStackTrace());
        throw hangs;
      }
    }
  }

  private String named() {
    Trial trial = current.get();
    String input = trial == null ? "" : String.valueOf(trial.input());
    String shown = input.length() > SHOWN ? input.substring(0, SHOWN) + "…" : input;
    return "seed " + SEED + ", input " + number.get() + ": " + shown;
  }

  /**
   * Holds the generator to its word: at least this share of the inputs had that outcome, or the
   * property would say little. One input alone says nothing about shares.
   */
  public Fuzz atLeast(double share, String outcome) {
    int times = counts.getOrDefault(outcome, 0);
    if (ALONE < 0 && times < share * made) {
      throw new AssertionError(
          "only " + times + " of " + made + " inputs were " + outcome + "; all: " + counts);
    }
    return this;
  }
}
