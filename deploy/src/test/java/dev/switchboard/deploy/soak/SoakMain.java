package dev.switchboard.deploy.soak;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.slf4j.LoggerFactory;

/**
 * {@code deploy/bench/soak}: prints a table of all figures, and what is left when all have gone.
 * Exit code 1 if something grows, is left or went wrong too often, 2 for wrong words.
 */
final class SoakMain {
  /** As {@code ./run} starts it. */
  private static final String JVM =
      "-XX:+UseCompactObjectHeaders -XX:CompileThresholdScaling=5 -XX:+UseG1GC"
          + " -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40"
          + " --sun-misc-unsafe-memory-access=allow";

  /** So much of what users do may go wrong, on a machine that others use too. */
  private static final double MOST_FAILED = 0.01;

  private SoakMain() {}

  public static void main(String[] words) throws InterruptedException, ExecutionException {
    SoakOptions options;
    try {
      options = SoakOptions.read(words);
    } catch (IllegalArgumentException e) {
      System.err.println("soak: " + e.getMessage());
      System.err.print(SoakOptions.HELP);
      System.exit(2);
      return;
    }
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    boolean well = run(options);
    // The stores end with the JVM.
    System.exit(well ? 0 : 1);
  }

  private static boolean run(SoakOptions options) throws InterruptedException, ExecutionException {
    try (Soak soak = new Soak(Map.of("JVM", JVM))) {
      say("one of each first");
      soak.warmUp();
      say(options.toString());
      Samples samples = new Samples();
      long began = System.nanoTime();
      Crowd crowd =
          soak.play(
              options,
              taken -> {
                samples.add((System.nanoTime() - began) / 1e9, taken);
                say(
                    "heap %.1f MB, %.0f handles, %.0f sockets"
                        .formatted(
                            taken.get(Figure.HEAP) / 1e6,
                            taken.get(Figure.HANDLES),
                            taken.get(Figure.SOCKETS)));
              });
      options.figures().ifPresent(samples::write);
      say("all have gone");
      List<String> left = soak.leftovers();
      SoakReport report = new SoakReport(samples, soak.before(), options.length());
      System.out.println(report.table());
      System.out.println();
      boolean failed = tell(crowd);
      System.out.println(soak.outbound());
      report.growing().forEach(name -> System.out.println("grows: " + name));
      left.forEach(thing -> System.out.println("left: " + thing));
      if (!report.isJudged()) {
        System.out.println(
            "too few looks to judge anything: more --minutes, or a shorter --sample");
      }
      return report.isJudged() && report.growing().isEmpty() && left.isEmpty() && !failed;
    }
  }

  /** Tells what users did; true if too much of it went wrong. */
  private static boolean tell(Crowd crowd) {
    int all = 0;
    int failed = 0;
    for (Map.Entry<String, Crowd.Tally> done : crowd.tallies().entrySet()) {
      Crowd.Tally tally = done.getValue();
      System.out.printf("%,d times %s, %d failed%n", tally.played, done.getKey(), tally.failed);
      all += tally.played;
      failed += tally.failed;
    }
    crowd.failures().forEach(failure -> System.out.println("failed: " + failure));
    return failed > MOST_FAILED * all;
  }

  private static void say(String text) {
    System.err.println("soak: " + Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + text);
  }
}
