package dev.switchboard.deploy.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the kernel, {@code jcmd} and {@code /metrics} say of a server, which runs beside. */
public final class ServerFigures {
  /** One line of what {@code -XX:NativeMemoryTracking=summary} counts; in KB. */
  private static final String COMMITTED = ".*reserved=\\d+KB, committed=(\\d+)KB";

  private static final Pattern ALL = Pattern.compile("(?m)^Total: " + COMMITTED);
  private static final Pattern JAVA_HEAP = Pattern.compile("(?m)^-\\s+Java Heap " + COMMITTED);
  private static final Pattern OTHER = Pattern.compile("(?m)^-\\s+Other " + COMMITTED);

  private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");
  private static final Pattern THREADS = Pattern.compile("(?m)^Threads:\\s+(\\d+)");

  private final long pid;
  private final URI url;

  public ServerFigures(long pid, URI url) {
    this.pid = pid;
    this.url = url;
  }

  /** How many objects of some classes there are after a collection, which this causes. */
  public double instances(List<String> classes) {
    String histogram = jcmd("GC.class_histogram");
    return classes.stream()
        .map(
            name ->
                Pattern.compile(
                    "(?m)^\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+" + Pattern.quote(name) + "\\s*$"))
        .flatMap(line -> line.matcher(histogram).results())
        .mapToDouble(line -> Double.parseDouble(line.group(1)))
        .sum();
  }

  /**
   * What the JVM takes besides the heap, in bytes.
   *
   * @param direct by {@code Unsafe} or as direct buffers, as Netty does
   * @param all that, threads, code, classes and whatever else there is
   */
  public record Native(double direct, double all) {}

  public Native nativeMemory() {
    String summary = jcmd("VM.native_memory", "summary");
    return new Native(
        1024 * number(OTHER, summary), 1024 * (number(ALL, summary) - number(JAVA_HEAP, summary)));
  }

  public double residentBytes() {
    return 1024 * number(RESIDENT, read(Path.of("/proc", Long.toString(pid), "status")));
  }

  /** The processor time that it has used so far, all its threads together, in seconds. */
  public double cpuSeconds() {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .map(used -> used.toMillis() / 1e3)
        .orElseThrow(() -> new IllegalStateException("no process " + pid));
  }

  public double threads() {
    return number(THREADS, read(Path.of("/proc", Long.toString(pid), "status")));
  }

  public double fileHandles() {
    try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return open.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that is on {@code /metrics}. */
  public Metrics metrics() {
    return new Metrics(Nodes.text(url, "/metrics"));
  }

  /** One look at {@code /metrics}. */
  public record Metrics(String text) {
    /** The sum of all values of a name, whatever their labels. */
    public double sum(String name) {
      return Pattern.compile("(?m)^" + name + "(?:\\{[^}]*\\})? (\\S+)")
          .matcher(text)
          .results()
          .mapToDouble(line -> Double.parseDouble(line.group(1)))
          .sum();
    }
  }

  private String jcmd(String... words) {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    return Shell.succeed(
        Stream.concat(Stream.of(jcmd.toString(), Long.toString(pid)), Stream.of(words))
            .toArray(String[]::new));
  }

  private static double number(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    if (!found.find()) {
      throw new IllegalStateException("nothing like " + pattern + " in " + text);
    }
    return Double.parseDouble(found.group(1));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
