package dev.switchboard.deploy.chaos;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What is done to the cluster, and for how many seconds. Redis does not lose its data: calls and
 * waiting pushes are gone then, as the guide for operators says. Clocks are not set: the machine
 * has one for all.
 */
enum FaultKind {
  /** kill -9, and started again. */
  NODE_KILLED(Target.NODE, 1, 15),
  /** SIGSTOP. */
  NODE_FROZEN(Target.NODE, 1, 40),
  /** SIGTERM, and started again. */
  NODE_RESTARTED(Target.NODE, 1, 2),
  /** As {@link #NODE_RESTARTED}, one after another. */
  ALL_RESTARTED(Target.NODES, 1, 2),
  /** Its connections to Redis break, and no new one is taken. */
  NODE_WITHOUT_REDIS(Target.NODE, 1, 20),
  /** What it sends to Redis does not arrive. */
  NODE_UNHEARD_BY_REDIS(Target.NODE, 1, 20),
  /** What Redis answers it does not arrive. */
  NODE_UNANSWERED_BY_REDIS(Target.NODE, 1, 20),
  /** The two nodes with users do not reach each other. */
  NODES_APART(Target.WAY, 1, 30),
  /** What one of them sends does not reach the other. */
  NODE_UNHEARD(Target.WAY, 1, 30),
  /** SIGSTOP. */
  REDIS_FROZEN(Target.REDIS, 1, 20),
  REDIS_GONE(Target.REDIS, 1, 15),
  /** It takes no writes. */
  REDIS_FULL(Target.REDIS, 1, 15),
  /** It knows no script any more. */
  SCRIPTS_FORGOTTEN(Target.REDIS, 1, 2),
  POSTGRES_GONE(Target.POSTGRES, 1, 20),
  POSTGRES_READ_ONLY(Target.POSTGRES, 1, 20),
  PROVIDER_SLOW(Target.PROVIDER, 2, 30),
  PROVIDER_REFUSES(Target.PROVIDER, 2, 30),
  /** It says of browsers that are there that they are gone. */
  PROVIDER_LIES(Target.PROVIDER, 1, 10);

  /** What a kind is done to. */
  enum Target {
    NODE(3),
    NODES(1),
    /** From one of the two nodes with users to the other. */
    WAY(2),
    REDIS(1),
    POSTGRES(1),
    PROVIDER(1);

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

    /** What can have one fault at a time, of those that one at this target concerns. */
    List<String> parts(int number) {
      return switch (this) {
        case NODES -> IntStream.range(0, NODE.count).mapToObj(NODE::nameOf).toList();
        case WAY -> List.of("way");
        default -> List.of(nameOf(number));
      };
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
