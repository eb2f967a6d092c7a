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
import redis.embedded.core.ExecutableProvider;

/** A primary, a replica that follows it, and a sentinel that makes the replica the primary. */
public final class RedisWithSentinel implements AutoCloseable {
  private static final String MASTER = "calls";

  private final Path folder = TemporaryFolder.create("switchboard-sentinel-");
  private final Path program;
  private final int primaryPort = RealRedis.freePort();
  private final int replicaPort = RealRedis.freePort();
  private final int sentinelPort = RealRedis.freePort();
  private final List<Process> started = new ArrayList<>();

  /** Starts all three; returns when the replica has caught up and the sentinel knows both. */
  public RedisWithSentinel() {
    try {
      program =
          ExecutableProvider.newJarResourceProvider(folder.toFile())
              .get()
              .toPath()
              .toAbsolutePath();
      launch("primary", server(primaryPort));
      Await.until(() -> ask(primaryPort, "PING").startsWith("+PONG"), 30);
      List<String> replica = server(replicaPort);
      replica.addAll(List.of("--replicaof", "127.0.0.1", Integer.toString(primaryPort)));
      launch("replica", replica);
      // The sentinel asks who follows the primary every ten seconds: better that it is there by
      // then.
      Await.until(() -> info(replicaPort, "master_link_status:up"), 60);
      Path settings = folder.resolve("sentinel.conf");
      Files.writeString(
          settings,
          """
          port %d
          bind 127.0.0.1
          sentinel monitor %s 127.0.0.1 %d 1
          sentinel down-after-milliseconds %s 1000
          sentinel failover-timeout %s 4000
          """
              .formatted(sentinelPort, MASTER, primaryPort, MASTER, MASTER));
      launch("sentinel", List.of(program.toString(), settings.toString(), "--sentinel"));
      Await.until(() -> info(sentinelPort, "slaves=1"), 60);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> server(int port) throws IOException {
    Path data = Files.createDirectories(folder.resolve("data-" + port));
    return new ArrayList<>(
        List.of(
            program.toString(),
            "--port",
            Integer.toString(port),
            "--bind",
            "127.0.0.1",
            "--dir",
            data.toString(),
            "--save",
            "",
            "--appendonly",
            "yes"));
  }

  private void launch(String name, List<String> command) throws IOException {
    started.add(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start());
  }

  /** What {@code REDIS_NODES} takes. */
  public String sentinels() {
    return "127.0.0.1:" + sentinelPort;
  }

  /** What {@code REDIS_MASTER} takes. */
  public String master() {
    return MASTER;
  }

  /** Kills the primary; returns when the replica has become it. */
  public void failOver() {
    started.getFirst().destroyForcibly();
    Await.until(() -> info(replicaPort, "role:master"), 60);
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
    started.reversed().forEach(Process::destroyForcibly);
    started.forEach(process -> process.onExit().join());
    TemporaryFolder.delete(folder);
  }
}
