package dev.switchboard.deploy.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Programs that run to their end, as an operator would call them. */
public final class Shell {
  /**
   * A bound for what hangs, not for what is slow: {@code turn/check} starts thousands of processes.
   */
  private static final long WITHIN_SECONDS = 240;

  private Shell() {}

  /** How a program ended and what it wrote, errors included. */
  public record Result(int exitCode, String output) {}

  /** Runs a program with these variables beside those of this process; fails if it hangs. */
  public static Result run(Map<String, String> environment, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String output;
      try (var reader = process.inputReader(UTF_8)) {
        Thread.ofVirtual().start(() -> endIfItHangs(process));
        output = reader.readAllAsString();
      }
      if (!process.waitFor(WITHIN_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(command.getFirst() + " hangs: " + output);
      }
      return new Result(process.exitValue(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(command.getFirst() + " can't be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command.getFirst(), e);
    }
  }

  /** As {@link #run}, for programs that must succeed. */
  public static String succeed(String... command) {
    Result result = run(Map.of(), List.of(command));
    if (result.exitCode() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + result.output());
    }
    return result.output();
  }

  private static void endIfItHangs(Process process) {
    try {
      if (!process.waitFor(WITHIN_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
