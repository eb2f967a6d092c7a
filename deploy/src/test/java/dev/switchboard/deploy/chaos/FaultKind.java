package dev.switchboard.deploy.chaos;

import java.util.Locale;

/**
 * What is done to the cluster. There is no loss of Redis' data: calls and waiting pushes are gone
 * then, as the guide for operators says.
 */
enum FaultKind {
  /** kill -9, started anew at the end. */
  NODE_KILLED(Target.NODE, 1, 15);

  /** What a kind is done to. */
  enum Target {
    NODE(3);

    private final int count;

    Target(int count) {
      this.count = count;
    }

    /** How many there are. */
    int count() {
      return count;
    }

    String nameOf(int number) {
      return name().toLowerCase(Locale.ROOT) + (count > 1 ? number : "");
    }
  }

  private final Target target;
  private final int leastSeconds;
  private final int mostSeconds;

  FaultKind(Target target, int leastSeconds, int mostSeconds) {
    this.target = target;
    this.leastSeconds = leastSeconds;
    this.mostSeconds = mostSeconds;
  }

  Target target() {
    return target;
  }

  int leastSeconds() {
    return leastSeconds;
  }

  int mostSeconds() {
    return mostSeconds;
  }
}
