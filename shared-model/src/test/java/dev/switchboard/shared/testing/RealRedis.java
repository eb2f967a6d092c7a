package dev.switchboard.shared.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisServer;
import redis.embedded.core.RedisServerBuilder;

/**
 * One real Redis for the test JVM, started when it is first asked for, on a free loopback port. Its
 * data outlives {@link #stop} and {@link #start}, as it does in production.
 */
public final class RealRedis {
  private static final int FIRST_PORT = 20_000;
  private static final int LAST_PORT = 32_000;

  private static @Nullable RealServer<Closeable> server;
  private static int port;

  private RealRedis() {}

  /** Where it listens: {@code redis://127.0.0.1:port}. */
  public static synchronized String url() {
    return "redis://127.0.0.1:" + port();
  }

  /** The port it listens on; the same for the life of the JVM. */
  public static synchronized int port() {
    if (server == null) {
      port = freePort();
      server = RealServer.start("redis", RealRedis::launch);
    }
    return port;
  }

  private static Closeable launch(Path folder) throws IOException {
    RedisServer redis =
        new RedisServerBuilder()
            .port(port)
            .bind("127.0.0.1")
            .setting("dir " + folder)
            .setting("save \"\"")
            .setting("appendonly yes")
            .setting("appendfsync no")
            .build();
    redis.start();
    return redis::stop;
  }

  /** Starts it again after {@link #stop}. */
  public static synchronized void start() {
    if (server != null) {
      server.start();
    }
  }

  /** Stops it, to see what happens then. The port stays ours. */
  public static synchronized void stop() {
    if (server != null) {
      server.stop();
    }
  }

  /** Empties it. */
  public static synchronized void flush() {
    String answer = ask("FLUSHALL");
    if (!answer.startsWith("+")) {
      throw new IllegalStateException(answer);
    }
  }

  /** Makes it forget every script. */
  public static synchronized void flushScripts() {
    String answer = ask("SCRIPT FLUSH");
    if (!answer.startsWith("+")) {
      throw new IllegalStateException(answer);
    }
  }

  /** Changes one of its settings. */
  public static synchronized void configure(String name, String value) {
    String answer = ask("CONFIG SET " + name + " " + value);
    if (!answer.startsWith("+")) {
      throw new IllegalStateException(answer);
    }
  }

  /**
   * Does something while it stands still: connections stay, nothing is answered. What is sent
   * meanwhile it does once it goes on.
   */
  public static synchronized void whileHung(Runnable work) {
    Matcher pid = Pattern.compile("process_id:(\\d+)").matcher(ask("INFO server"));
    if (!pid.find()) {
      throw new IllegalStateException("Redis does not tell its process id");
    }
    signal("STOP", pid.group(1));
    try {
      work.run();
    } finally {
      signal("CONT", pid.group(1));
    }
  }

  private static void signal(String name, String pid) {
    try {
      if (new ProcessBuilder("kill", "-" + name, pid).start().waitFor() != 0) {
        throw new IllegalStateException("no process " + pid);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String ask(String command) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(5_000);
      socket
          .getOutputStream()
          .write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A loopback port that nobody listens on right now. It is none that the system hands out to
   * outgoing connections, which would take it before, or between, the starts of whoever asked.
   */
  public static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // somebody's already
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
