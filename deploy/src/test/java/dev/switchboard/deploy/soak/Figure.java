package dev.switchboard.deploy.soak;

import java.util.Locale;

/**
 * Names of figures, and what each may grow by without a word: a share of its mean, or so much where
 * that is more.
 *
 * @param floor in its unit, which is bytes or a number
 */
record Figure(double share, double floor, boolean isBytes) {
  static final String HEAP = "heap after a collection";
  static final String DIRECT = "direct memory";
  static final String NATIVE = "all memory beside the heap";
  static final String RESIDENT = "resident memory";
  static final String THREADS = "threads";
  static final String HANDLES = "file handles";
  static final String SOCKETS = "sockets";
  static final String OBJECTS = "connections of clients on the heap";
  static final String POSTGRES = "connections to Postgres";
  static final String REDIS = "connections to Redis";
  static final String REDIS_BYTES = "memory of Redis, without what is kept";

  /** What stands before the name of a row of {@code docs/redis.md}. */
  static final String KEYS = "keys of ";

  /** As {@link #KEYS}, for those that have no life. */
  static final String ENTRIES = "entries of ";

  private static final double SHARE = 0.02;
  private static final double MEBIBYTE = 1_048_576;

  static Figure of(String name) {
    return switch (name) {
      case HEAP, DIRECT -> new Figure(SHARE, MEBIBYTE / 2, true);
      case NATIVE -> new Figure(SHARE, 4 * MEBIBYTE, true);
      // The heap takes the room that -Xmx leaves it as it likes.
      case RESIDENT -> new Figure(SHARE, Double.POSITIVE_INFINITY, true);
      case REDIS_BYTES -> new Figure(SHARE, MEBIBYTE / 4, true);
      case THREADS, POSTGRES, REDIS -> new Figure(SHARE, 2, false);
      default -> new Figure(SHARE, 5, false);
    };
  }

  /** False for what may grow as it likes. */
  boolean isJudged() {
    return floor < Double.POSITIVE_INFINITY;
  }

  /** A value as it is shown. */
  String show(double value) {
    return isBytes
        ? String.format(Locale.ROOT, "%.1f MB", value / 1e6)
        : String.format(Locale.ROOT, "%.1f", value);
  }
}
