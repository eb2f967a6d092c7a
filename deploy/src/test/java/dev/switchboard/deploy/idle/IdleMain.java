package dev.switchboard.deploy.idle;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * {@code deploy/bench/idle}: prints what so many idle connections cost. Exit code 1 if one could
 * not connect or was lost, 2 for wrong words or too few file handles.
 */
final class IdleMain {
  private static final String HELP =
      "usage: deploy/bench/idle [connections, 10000] [seconds of idling, 60] [heap, 2g]";

  /** As {@code ./run} starts it. */
  private static final String JVM =
      "-XX:+UseCompactObjectHeaders -XX:CompileThresholdScaling=5 -XX:+UseG1GC"
          + " -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40"
          + " --sun-misc-unsafe-memory-access=allow -Xms64m"
          + " -Xmx";

  private static final int MOST = 200_000;
  private static final int MOST_SECONDS = 3_600;

  /** Of a process besides those of its clients: jars, stores, listeners. */
  private static final int OTHER_HANDLES = 600;

  private IdleMain() {}

  public static void main(String[] words) {
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    int connections;
    int seconds;
    String heap = words.length > 2 ? words[2] : "2g";
    try {
      connections = number(words, 0, 10_000, MOST);
      seconds = number(words, 1, 60, MOST_SECONDS);
    } catch (IllegalArgumentException e) {
      System.err.println("idle: " + e.getMessage());
      System.err.println(HELP);
      System.exit(2);
      return;
    }
    long handles =
        ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
            .getMaxFileDescriptorCount();
    if (connections + OTHER_HANDLES > handles) {
      System.err.printf(
          "idle: a process may have %,d file handles here (ulimit -Hn), too few for %,d"
              + " connections%n",
          handles, connections);
      System.exit(2);
    }
    try (IdleRun run = new IdleRun(settings(heap))) {
      IdleFigures figures =
          run.measure(
              connections,
              Duration.ofSeconds(seconds),
              happens -> System.err.println("idle: " + happens));
      System.out.print(figures.table());
    } catch (RuntimeException | AssertionError e) {
      System.err.println("idle: " + e);
      System.exit(1);
    }
    System.exit(0);
  }

  private static Map<String, String> settings(String heap) {
    // All edges, and the time between pings, as they are by default.
    return Map.of("JVM", JVM + heap, "EDGES", "0");
  }

  private static int number(String[] words, int index, int otherwise, int most) {
    if (words.length <= index) {
      return otherwise;
    }
    int number = Integer.parseInt(words[index]);
    if (number < 1 || number > most) {
      throw new IllegalArgumentException(number + " is not from 1 to " + most);
    }
    return number;
  }
}
