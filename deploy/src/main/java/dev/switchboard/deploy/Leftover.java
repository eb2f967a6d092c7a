package dev.switchboard.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A back end that outlived a killed process of ours. It is stopped only where the operating system
 * itself shows that the process works on our folder: a pid in a file may be anybody's by now.
 */
final class Leftover {
  private static final Logger log = LoggerFactory.getLogger(Leftover.class);
  private static final long PATIENCE_SECONDS = 5;

  private Leftover() {}

  /** Stops the process that a pid file names if its working folder is the given one. */
  static void stop(Path pidFile, Path workingFolder, String program) {
    Optional<ProcessHandle> process =
        pid(pidFile).flatMap(ProcessHandle::of).filter(p -> isOurs(p, workingFolder, program));
    if (process.isEmpty()) {
      return;
    }
    log.info("stopping a leftover {} (pid {})", program, process.get().pid());
    signal(process.get(), "-INT");
    if (!hasEnded(process.get())) {
      signal(process.get(), "-QUIT");
      if (!hasEnded(process.get())) {
        process.get().destroyForcibly();
        hasEnded(process.get());
      }
    }
  }

  private static Optional<Long> pid(Path pidFile) {
    try (var lines = Files.lines(pidFile)) {
      return lines.findFirst().map(String::strip).map(Long::valueOf);
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static boolean isOurs(ProcessHandle process, Path workingFolder, String program) {
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    try {
      String command = Files.readString(proc.resolve("cmdline"), StandardCharsets.ISO_8859_1);
      Path cwd = Files.readSymbolicLink(proc.resolve("cwd"));
      return command.contains(program) && cwd.equals(workingFolder.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }

  private static void signal(ProcessHandle process, String signal) {
    try {
      new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      process.destroy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean hasEnded(ProcessHandle process) {
    try {
      process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return !process.isAlive();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
