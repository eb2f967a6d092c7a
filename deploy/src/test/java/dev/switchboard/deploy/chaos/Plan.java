package dev.switchboard.deploy.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Which faults come when, and for how long. The seed decides: the same one makes the same plan of
 * the same kinds. Two may be there at once, but not at the same target.
 */
record Plan(long seed, List<Fault> faults) {
  private static final int MEAN_GAP_MILLIS = 5_000;
  private static final int LEAST_GAP_MILLIS = 500;
  private static final int MOST_AT_ONCE = 2;

  /** A plan of some kinds of faults that is over within a time. */
  static Plan of(long seed, long withinMillis, List<FaultKind> kinds) {
    Random random = new Random(seed);
    List<Fault> faults = new ArrayList<>();
    long at = 0;
    while (true) {
      at += LEAST_GAP_MILLIS + (long) (-Math.log(1 - random.nextDouble()) * MEAN_GAP_MILLIS);
      FaultKind kind = kinds.get(random.nextInt(kinds.size()));
      int target = random.nextInt(kind.target().count());
      long length = length(kind, random);
      Fault fault = new Fault(kind, target, at, length);
      if (fault.untilMillis() > withinMillis) {
        return new Plan(seed, List.copyOf(faults));
      }
      List<Fault> there =
          faults.stream().filter(one -> one.untilMillis() > fault.atMillis()).toList();
      if (there.size() < MOST_AT_ONCE && there.stream().noneMatch(one -> meet(one, fault))) {
        faults.add(fault);
      }
    }
  }

  /** Short ones are as frequent as long ones: each doubling of the length is as likely. */
  private static long length(FaultKind kind, Random random) {
    double ratio = (double) kind.mostSeconds() / kind.leastSeconds();
    return (long) (kind.leastSeconds() * 1000 * Math.pow(ratio, random.nextDouble()));
  }

  private static boolean meet(Fault one, Fault other) {
    return !Collections.disjoint(one.parts(), other.parts());
  }
}
