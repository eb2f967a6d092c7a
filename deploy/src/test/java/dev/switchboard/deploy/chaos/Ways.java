package dev.switchboard.deploy.chaos;

/** The ways between three nodes: each pair has two, one for each direction. */
final class Ways {
  private static final int[][] PAIRS = {{0, 1}, {0, 2}, {1, 2}};

  private Ways() {}

  /** The nodes of a pair. */
  static int[] pair(int number) {
    return PAIRS[number].clone();
  }

  /** Which pair a way is of. */
  static int pairOf(int way) {
    return way / 2;
  }

  /** The node at which a way begins. */
  static int from(int way) {
    return PAIRS[pairOf(way)][way % 2];
  }

  /** The node to which a way leads. */
  static int to(int way) {
    return PAIRS[pairOf(way)][1 - way % 2];
  }
}
