package dev.switchboard.deploy.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchboard.shared.testing.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    // A file and no pipe: what the program leaves running may hold a pipe open.
    Path folder = TemporaryFolder.create("switchboard-shell-");
    Path output = folder.resolve("output");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(WITHIN_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(command.getFirst() + " hangs: " + read(output));
      }
      return new Result(process.exitValue(), read(output));
    } catch (IOException e) {
      throw new UncheckedIOException(command.getFirst() + " can't be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command.getFirst(), e);
    } finally {
      TemporaryFolder.delete(folder);
    }
  }

  private static String read(Path output) throws IOException {
    return new String(Files.readAllBytes(output), UTF_8);
  }

  /** As {@link #run}, for programs that must succeed. */
  public static String succeed(String... command) {
    Result result = run(Map.of(), List.of(command));
    if (result.exitCode() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + result.output());
    }
    return result.output();
  }
}
