package dev.switchboard.deploy.testing;

import dev.switchboard.shared.testing.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 * A time of day that some processes have to themselves, by a library that is loaded before theirs
 * ({@code src/test/c/clock.c}). What they measure by the monotonic clock is left alone, as it is
 * where an operator sets a clock. Needs a compiler for C, {@code cc}.
 */
public final class OwnClock implements AutoCloseable {
  private static final Path SOURCE = Path.of("src", "test", "c", "clock.c");

  private final Path folder = TemporaryFolder.create("clock-");
  private final Path library = folder.resolve("clock.so");
  private final Path file = folder.resolve("ahead");
  private final MappedByteBuffer ahead;

  /** One that agrees with the machine's. */
  public OwnClock() {
    Shell.succeed(
        "cc", "-O2", "-Wall", "-shared", "-fPIC", "-o", library.toString(), SOURCE.toString());
    try {
      Files.write(file, new byte[Long.BYTES]);
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        ahead = channel.map(MapMode.READ_WRITE, 0, Long.BYTES);
        ahead.order(ByteOrder.nativeOrder());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The words before a program that make it go by this clock. */
  public List<String> launcher() {
    return List.of("env", "LD_PRELOAD=" + library, "OWN_CLOCK=" + file);
  }

  /** Sets it so far ahead of the machine's; behind if that is negative. */
  public void set(Duration ahead) {
    this.ahead.putLong(0, ahead.toNanos());
  }

  @Override
  public void close() {
    TemporaryFolder.delete(folder);
  }
}
