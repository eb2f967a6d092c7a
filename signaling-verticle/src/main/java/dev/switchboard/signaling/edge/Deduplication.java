package dev.switchboard.signaling.edge;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Which envelopes have arrived at an edge already. Those of a channel arrive nearly in order; those
 * that are missing may arrive by another way. Belongs to the loop of its edge.
 */
final class Deduplication {
  private static final int MOST_CHANNELS = 4_096;
  private static final int MOST_MISSING = 1_024;

  /** Loops of a process overtake each other by moments; by then whoever sent it has given it up. */
  private static final long OVERTAKEN_NANOS =
      TimeUnit.MILLISECONDS.toNanos(EdgeRouter.ANSWER_MILLIS);

  private final LongSupplier nanos;
  private final Map<String, Numbers> channels =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Numbers> eldest) {
          return size() > MOST_CHANNELS;
        }
      };

  /** Empty, by a clock like {@link System#nanoTime}. */
  Deduplication(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** True the first time that an envelope arrives. */
  boolean isFirst(EdgeEnvelope envelope) {
    return channels
        .computeIfAbsent(envelope.channel(), name -> new Numbers())
        .isFirst(envelope.number(), nanos.getAsLong());
  }

  /** An envelope that has arrived was not taken: it may arrive once more. */
  void forget(EdgeEnvelope envelope) {
    Numbers numbers = channels.get(envelope.channel());
    if (numbers != null) {
      numbers.forget(envelope.number(), nanos.getAsLong());
    }
  }

  /** True if it is missing, and what was sent after it arrived some time ago. */
  boolean isOvertaken(EdgeEnvelope envelope) {
    Numbers numbers = channels.get(envelope.channel());
    Long since = numbers == null ? null : numbers.missing.get(envelope.number());
    return since != null && nanos.getAsLong() - since > OVERTAKEN_NANOS;
  }

  /** True if any of the numbers right before that of an envelope has never arrived. */
  boolean isAfterGap(EdgeEnvelope envelope) {
    Numbers numbers = channels.get(envelope.channel());
    return envelope.number() > (numbers == null ? 0 : numbers.highest) + 1;
  }

  private static final class Numbers {
    /** And since when each is. */
    private final TreeMap<Long, Long> missing = new TreeMap<>();

    private long highest;

    boolean isFirst(long number, long now) {
      if (number <= highest) {
        return missing.remove(number) != null;
      }
      for (long n = Math.max(highest + 1, number - MOST_MISSING); n < number; n++) {
        missing.put(n, now);
      }
      bound();
      highest = number;
      return true;
    }

    void forget(long number, long now) {
      missing.put(number, now);
      bound();
    }

    private void bound() {
      while (missing.size() > MOST_MISSING) {
        missing.pollFirstEntry();
      }
    }
  }
}
