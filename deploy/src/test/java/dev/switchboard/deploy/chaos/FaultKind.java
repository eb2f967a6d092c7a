package dev.switchboard.deploy.chaos;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What is done to the cluster, and for how many seconds. {@link Losses} says what may be gone with
 * the data of Redis.
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
  /**
   * Its time of day is set ahead by {@link #CLOCK_STEP} times as long as this lasts, and then back.
   * Only what it tells of the time may be wrong meanwhile (its log, {@code Date}, health, the token
   * that it signs for APNs); every promise holds, since leases, deadlines, retries, and the ends of
   * users' tokens and of TURN credentials go by Redis's clock (decision 0058).
   */
  CLOCK_AHEAD(Target.CLOCK, 1, 20),
  /** As {@link #CLOCK_AHEAD}, the other way. */
  CLOCK_BEHIND(Target.CLOCK, 1, 20),
  /** The folder of its log takes nothing more. */
  DISK_FULL(Target.NODE, 1, 20),
  /** Two nodes do not reach each other. */
  NODES_APART(Target.PAIR, 1, 30),
  /** What one node sends does not reach another. */
  NODE_UNHEARD(Target.WAY, 1, 30),
  /** SIGSTOP. */
  REDIS_FROZEN(Target.REDIS, 1, 20),
  REDIS_GONE(Target.REDIS, 1, 15),
  /** It is killed, and its replica takes its place; for so long there is none. */
  REDIS_FAILED_OVER(Target.REDIS, 1, 5),
  /** It has lost all its data (FLUSHALL). */
  REDIS_EMPTIED(Target.REDIS, 1, 2),
  /**
   * Its time of day is set ahead by as long as this lasts, and then back, and nodes follow: what
   * waits for a time (the end of a ring, of a grace, of a token, a retry) comes so much sooner or
   * later. No more than ten seconds: what is kept for a device that is away, three rings long, may
   * be gone so much sooner, too.
   */
  REDIS_CLOCK_AHEAD(Target.REDIS, 1, 10),
  /** As {@link #REDIS_CLOCK_AHEAD}, the other way. */
  REDIS_CLOCK_BEHIND(Target.REDIS, 1, 10),
  /** It takes no writes. */
  REDIS_FULL(Target.REDIS, 1, 15),
  /** It knows no script any more. */
  SCRIPTS_FORGOTTEN(Target.REDIS, 1, 2),
  POSTGRES_GONE(Target.POSTGRES, 1, 20),
  POSTGRES_READ_ONLY(Target.POSTGRES, 1, 20),
  /** kill -9 of coturn, and started again. */
  RELAY_KILLED(Target.RELAY, 1, 15),
  PROVIDER_SLOW(Target.PROVIDER, 2, 30),
  PROVIDER_REFUSES(Target.PROVIDER, 2, 30),
  /** It says of devices that are there that they are gone. */
  PROVIDER_LIES(Target.PROVIDER, 1, 10);

  /** How far a clock is set: from seconds to two minutes. */
  static final int CLOCK_STEP = 6;

  /** What a kind is done to. */
  enum Target {
    NODE(3),
    NODES(1),
    /** Of nodes, as {@link Ways} counts them. */
    PAIR(3),
    /** From one node to another, as {@link Ways} counts them. */
    WAY(6),
    /** Of a node. */
    CLOCK(3),
    REDIS(1),
    POSTGRES(1),
    RELAY(1),
    /** As {@link Cluster#providers} has them. */
    PROVIDER(3);

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
        case WAY -> List.of(PAIR.nameOf(Ways.pairOf(number)));
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
