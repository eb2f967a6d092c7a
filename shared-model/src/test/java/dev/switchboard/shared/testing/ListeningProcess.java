package dev.switchboard.shared.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A program of this machine that serves a port of the loopback interface, with a log file. */
public final class ListeningProcess implements AutoCloseable {
  private static final long START_SECONDS = 30;

  private final String name;
  private final int port;
  private final Path log;
  private final Process process;

  /**
   * Starts one and returns when it listens.
   *
   * @param name what to install where it is missing
   * @param folder takes the log
   */
  public ListeningProcess(String name, int port, Path folder, List<String> command) {
    this.name = name;
    this.port = port;
    this.log = folder.resolve("log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().merge("PATH", "/usr/sbin", (path, more) -> path + ":" + more);
    try {
      process = builder.redirectOutput(log.toFile()).start();
    } catch (IOException e) {
      throw new UncheckedIOException("these tests need " + name, e);
    }
    Await.until(this::listens, START_SECONDS);
  }

  private boolean listens() {
    if (!process.isAlive()) {
      throw new IllegalStateException(name + " ended: " + log());
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it and returns when it is gone. */
  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
