package dev.switchboard.deploy.chaos;

import dev.switchboard.shared.testing.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The time of day as one process sees it, by libfaketime, which reads from a file how far that is
 * ahead, once a second. What the process measures by the monotonic clock is left alone, as it is
 * where an operator sets a clock.
 */
final class NodeClock implements AutoCloseable {
  private static final String LIBRARY = "faketime/libfaketime.so.1";

  private final Path folder = TemporaryFolder.create("clock-");
  private final Path ahead = folder.resolve("ahead");

  /** One that agrees with the machine's. */
  NodeClock() {
    set(0);
  }

  /** The words before a program that make it go by this clock. */
  List<String> launcher() {
    return List.of(
        "env",
        "LD_PRELOAD=" + library(),
        "FAKETIME_TIMESTAMP_FILE=" + ahead,
        "FAKETIME_CACHE_DURATION=1",
        "FAKETIME_DONT_FAKE_MONOTONIC=1",
        "DONT_FAKE_MONOTONIC=1");
  }

  /** Sets it so many seconds ahead of the machine's; behind if they are negative. */
  void set(int seconds) {
    try {
      Path next = Files.writeString(folder.resolve("next"), String.format("%+d\n", seconds));
      Files.move(next, ahead, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path library() {
    try (DirectoryStream<Path> machines = Files.newDirectoryStream(Path.of("/usr/lib"), "*-*")) {
      for (Path machine : machines) {
        if (Files.exists(machine.resolve(LIBRARY))) {
          return machine.resolve(LIBRARY);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException("libfaketime is not in /usr/lib: apt-get install faketime");
  }

  @Override
  public void close() {
    TemporaryFolder.delete(folder);
  }
}
