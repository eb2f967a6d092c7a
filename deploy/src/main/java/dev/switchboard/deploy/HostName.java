package dev.switchboard.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What this machine, or pod, calls itself: without DNS, which may be slow. */
final class HostName {
  private static final Path KERNELS = Path.of("/proc/sys/kernel/hostname");
  private static final String NAME = find();

  private HostName() {}

  static String read() {
    return NAME;
  }

  private static String find() {
    try {
      return Files.readString(KERNELS).strip();
    } catch (IOException notLinux) {
      return Optional.ofNullable(System.getenv("HOSTNAME")).orElse("localhost");
    }
  }
}
