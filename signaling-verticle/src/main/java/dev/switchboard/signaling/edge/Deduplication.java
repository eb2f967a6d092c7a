package dev.switchboard.signaling.edge;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Which envelopes have arrived at an edge already. Those of a channel arrive nearly in order; those
 * that are missing may arrive by another way. Belongs to the loop of its edge.
 */
final class Deduplication {
  private static final int MOST_CHANNELS = 4_096;
  private static final int MOST_MISSING = 1_024;

  private final Map<String, Numbers> channels =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Numbers> eldest) {
          return size() > MOST_CHANNELS;
        }
      };

  /** True the first time that an envelope arrives. */
  boolean isFirst(EdgeEnvelope envelope) {
    return channels
        .computeIfAbsent(envelope.channel(), name -> new Numbers())
        .isFirst(envelope.number());
  }

  /** An envelope that has arrived was not taken: it may arrive once more. */
  void forget(EdgeEnvelope envelope) {
    Numbers numbers = channels.get(envelope.channel());
    if (numbers != null) {
      numbers.forget(envelope.number());
    }
  }

  /** True if any of the numbers right before that of an envelope has never arrived. */
  boolean isAfterGap(EdgeEnvelope envelope) {
    Numbers numbers = channels.get(envelope.channel());
    return envelope.number() > (numbers == null ? 0 : numbers.highest) + 1;
  }

  private static final class Numbers {
    private final TreeSet<Long> missing = new TreeSet<>();
    private long highest;

    boolean isFirst(long number) {
      if (number <= highest) {
        return missing.remove(number);
      }
      for (long n = Math.max(highest + 1, number - MOST_MISSING); n < number; n++) {
        missing.add(n);
      }
      bound();
      highest = number;
      return true;
    }

    void forget(long number) {
      missing.add(number);
      bound();
    }

    private void bound() {
      while (missing.size() > MOST_MISSING) {
        missing.pollFirst();
      }
    }
  }
}
