package dev.switchboard.deploy.testing;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TemporaryFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import redis.embedded.core.ExecutableProvider;

/**
 * A primary, a replica that follows it, and a sentinel that makes the replica the primary when it
 * is told to. The former primary follows the new one as soon as it is back.
 */
public final class RedisWithSentinel implements AutoCloseable {
  private static final String MASTER = "calls";

  /** The sentinel does nothing by itself: a test says when. */
  private static final int DOWN_AFTER_MILLIS = 86_400_000;

  private final Path folder = TemporaryFolder.create("switchboard-sentinel-");
  private final Path program;
  private final String host;
  private final List<String> launcher;
  private final int sentinelPort = RealRedis.freePort();
  private final int sentinelWay;
  private final Process sentinel;
  private Server primary;
  private Server replica;

  /** One of the two, which others reach at the port {@code way}. */
  private static final class Server {
    private final int port = RealRedis.freePort();
    private final int way;
    private Process process;

    Server(IntUnaryOperator ways) {
      way = ways.applyAsInt(port);
    }
  }

  /** All three on loopback; returns when the replica has caught up and the sentinel knows both. */
  public RedisWithSentinel() {
    this("127.0.0.1", port -> port, List.of());
  }

  /**
   * As {@link #RedisWithSentinel()}, for who reaches them at an address of this machine.
   *
   * @param ways makes a port there that leads to one of loopback
   * @param launcher the words before the programs of the primary and the replica
   */
  public RedisWithSentinel(String host, IntUnaryOperator ways, List<String> launcher) {
    this.host = host;
    this.launcher = launcher;
    try {
      program =
          ExecutableProvider.newJarResourceProvider(folder.toFile())
              .get()
              .toPath()
              .toAbsolutePath();
      primary = new Server(ways);
      replica = new Server(ways);
      start(primary);
      follow(replica, primary);
      Path settings = folder.resolve("sentinel.conf");
      Files.writeString(
          settings,
          """
          port %d
          bind 127.0.0.1
          sentinel monitor %s %s %d 1
          sentinel down-after-milliseconds %s %d
          sentinel failover-timeout %s 4000
          """
              .formatted(
                  sentinelPort, MASTER, host, primary.way, MASTER, DOWN_AFTER_MILLIS, MASTER));
      sentinel = launch("sentinel", List.of(program.toString(), settings.toString(), "--sentinel"));
      sentinelWay = ways.applyAsInt(sentinelPort);
      Await.until(() -> info(sentinelPort, "slaves=1"), 60);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void start(Server server, String... more) {
    try {
      Path data = Files.createDirectories(folder.resolve("data-" + server.port));
      List<String> command = new ArrayList<>(launcher);
      command.addAll(
          List.of(
              program.toString(),
              "--port",
              Integer.toString(server.port),
              "--bind",
              "127.0.0.1",
              "--dir",
              data.toString(),
              "--save",
              "",
              "--appendonly",
              "yes",
              "--appendfsync",
              "no",
              "--replica-announce-ip",
              host,
              "--replica-announce-port",
              Integer.toString(server.way)));
      command.addAll(List.of(more));
      server.process = launch("redis-" + server.port, command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Await.until(() -> ask(server.port, "PING").startsWith("+PONG"), 30);
  }

  private void follow(Server server, Server primary) {
    start(server, "--replicaof", host, Integer.toString(primary.way));
    Await.until(() -> info(server.port, "master_link_status:up"), 60);
  }

  private Process launch(String name, List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(name + ".log").toFile())
        .start();
  }

  /** What {@code REDIS_NODES} takes. */
  public String sentinels() {
    return host + ":" + sentinelWay;
  }

  /** What {@code REDIS_MASTER} takes. */
  public String master() {
    return MASTER;
  }

  /** Kills the primary: what the replica has not got by then is lost. */
  public synchronized void kill() {
    end(primary.process);
  }

  /** Kills the primary where it lives; returns when the replica has become it. */
  public synchronized void failOver() {
    kill();
    Server next = replica;
    Await.until(
        () -> {
          ask(sentinelPort, "SENTINEL FAILOVER " + MASTER);
          return info(next.port, "role:master");
        },
        60);
    replica = primary;
    primary = next;
    String named = Integer.toString(primary.way);
    Await.until(() -> info(sentinelPort, "address=" + host + ":" + named), 60);
  }

  /** The former primary is back, and follows; returns when it has all that the new one has. */
  public synchronized void followAgain() {
    follow(replica, primary);
    // by the sentinel, which hears of it from the primary
    Await.until(() -> info(sentinelPort, "slaves=1"), 60);
  }

  /** Stops the primary, which nobody takes the place of. */
  public synchronized void stop() {
    primary.process.destroy();
    primary.process.onExit().join();
  }

  /** Starts it again, with its data. */
  public synchronized void start() {
    start(primary);
  }

  /** Has the primary do something, and the replica with it where that is about data. */
  public synchronized void command(String command) {
    String answer = ask(primary.port, command);
    if (!answer.startsWith("+")) {
      throw new IllegalStateException(command + ": " + answer);
    }
  }

  /** Does something while the primary stands still, as {@link RealRedis#whileHung} does. */
  public synchronized void whileHung(Runnable work) {
    signal("STOP", primary.process);
    try {
      work.run();
    } finally {
      signal("CONT", primary.process);
    }
  }

  private static void signal(String name, Process process) {
    Shell.succeed("kill", "-" + name, Long.toString(process.pid()));
  }

  private static void end(Process process) {
    process.destroyForcibly();
    process.onExit().join();
  }

  private static boolean info(int port, String wanted) {
    return ask(port, "INFO").contains(wanted);
  }

  private static String ask(int port, String command) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(2_000);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      String first = String.valueOf(reader.readLine());
      if (!first.startsWith("$")) {
        return first;
      }
      char[] text = new char[Integer.parseInt(first.substring(1))];
      int read = 0;
      while (read < text.length) {
        int more = reader.read(text, read, text.length - read);
        if (more < 0) {
          break;
        }
        read += more;
      }
      return new String(text, 0, read);
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    end(sentinel);
    end(replica.process);
    end(primary.process);
    TemporaryFolder.delete(folder);
  }
}
