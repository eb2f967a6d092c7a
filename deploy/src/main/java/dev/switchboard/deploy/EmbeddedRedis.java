package dev.switchboard.deploy;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import redis.embedded.core.ExecutableProvider;

/** A real Redis for development, its data kept in a folder. */
final class EmbeddedRedis implements AutoCloseable {
  private static final int ATTEMPTS = 3;
  private static final Duration START = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(15);
  private static final long STOP_SECONDS = 4;
  private static final int FIRST_PORT = 20_000;
  private static final int LAST_PORT = 32_000;
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private final Process process;
  private final int port;

  private EmbeddedRedis(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static EmbeddedRedis start(Path folder) {
    try {
      Files.createDirectories(folder);
      Path pidFile = folder.resolve("redis.pid");
      Leftover.stop(pidFile, folder, "redis-server");
      Path executable = executable(folder);
      // "Text file busy": Postgres, started at this moment, may still hold the file just unpacked.
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        EmbeddedRedis redis = launch(executable, folder);
        Files.writeString(pidFile, Long.toString(redis.process.pid()));
        if (redis.becomesReady()) {
          return redis;
        }
        redis.close();
      }
      throw new IllegalStateException("Redis did not start; see " + folder.resolve("redis.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static EmbeddedRedis launch(Path executable, Path folder) throws IOException {
    int port = freePort();
    Process process =
        new ProcessBuilder(command(executable, folder, port))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("redis.log").toFile())
            .start();
    return new EmbeddedRedis(process, port);
  }

  private static List<String> command(Path executable, Path folder, int port) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      // Out of the terminal's reach: Ctrl-C must stop it after us, not beside us.
      command.add(SETSID.toString());
    }
    command.addAll(List.of(executable.toString(), "--port", Integer.toString(port)));
    command.addAll(List.of("--bind", "127.0.0.1", "--dir", folder.toString(), "--save", ""));
    command.addAll(List.of("--appendonly", "yes", "--appendfsync", "everysec"));
    command.addAll(List.of("--maxmemory-policy", "noeviction"));
    return command;
  }

  private static Path executable(Path folder) throws IOException {
    Path binaries = Files.createDirectories(folder.resolve("bin"));
    try (var files = Files.list(binaries)) {
      var there = files.filter(Files::isExecutable).findFirst();
      if (there.isPresent()) {
        return there.get();
      }
    }
    File file = ExecutableProvider.newJarResourceProvider(binaries.toFile()).get();
    return file.toPath().toAbsolutePath();
  }

  /** Below those that the system gives to outgoing connections: one could take it meanwhile. */
  static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // somebody's already
      }
    }
  }

  /** False if the process ends, or does not answer in time. */
  private boolean becomesReady() {
    long end = System.nanoTime() + START.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() - end > 0) {
        return false;
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
    return true;
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(1_000);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      var reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      return "+PONG".equals(reader.readLine());
    } catch (IOException e) {
      return false;
    }
  }

  String url() {
    return "redis://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
