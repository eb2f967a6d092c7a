package dev.switchboard.signaling.edge;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Which letters have come to an edge already. Letters of a lane come nearly in order; those that
 * are missing may come by another way. Belongs to the loop of its edge.
 */
final class SeenLetters {
  private static final int MOST_LANES = 4_096;
  private static final int MOST_MISSING = 1_024;

  private final Map<String, Lane> lanes =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Lane> eldest) {
          return size() > MOST_LANES;
        }
      };

  /** True the first time that a letter comes. */
  boolean take(EdgeLetter letter) {
    return lanes.computeIfAbsent(letter.lane(), name -> new Lane()).take(letter.number());
  }

  private static final class Lane {
    private final TreeSet<Long> missing = new TreeSet<>();
    private long highest;

    boolean take(long number) {
      if (number <= highest) {
        return missing.remove(number);
      }
      for (long n = Math.max(highest + 1, number - MOST_MISSING); n < number; n++) {
        missing.add(n);
      }
      while (missing.size() > MOST_MISSING) {
        missing.pollFirst();
      }
      highest = number;
      return true;
    }
  }
}
