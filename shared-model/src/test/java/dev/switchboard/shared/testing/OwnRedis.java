package dev.switchboard.shared.testing;

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

/**
 * A Redis of a test's own, set up as the test likes: {@code redis-server} of this machine, which
 * knows TLS, or the older one that comes with the build.
 */
public final class OwnRedis implements AutoCloseable {
  private final Path folder = TemporaryFolder.create("switchboard-own-redis-");
  private final int port;
  private final List<String> command;
  private final Process process;

  private OwnRedis(String program, int port, List<String> settings) {
    this.port = port;
    List<String> words = new ArrayList<>();
    words.add(program.isEmpty() ? carried(folder) : program);
    words.addAll(List.of("--bind", "127.0.0.1", "--dir", folder.toString(), "--save", ""));
    words.addAll(settings);
    this.command = words;
    this.process = launch();
  }

  /** This machine's, of version 7 or later. */
  public static OwnRedis start(String... settings) {
    int port = RealRedis.freePort();
    return new OwnRedis("redis-server", port, with(port, settings));
  }

  /** The one of version 6.2 that comes with the build. */
  public static OwnRedis startOld(String... settings) {
    int port = RealRedis.freePort();
    return new OwnRedis("", port, with(port, settings));
  }

  /** This machine's, which takes TLS only. */
  public static OwnRedis startWithTls(TestCertificates certificates, String name) {
    int port = RealRedis.freePort();
    return new OwnRedis(
        "redis-server",
        port,
        List.of(
            "--port", "0",
            "--tls-port", Integer.toString(port),
            "--tls-auth-clients", "no",
            "--tls-ca-cert-file", certificates.authority().toString(),
            "--tls-cert-file", certificates.authority().resolveSibling(name + ".pem").toString(),
            "--tls-key-file", certificates.key(name).toString(),
            "--appendonly", "yes"));
  }

  private static List<String> with(int port, String... settings) {
    List<String> all = new ArrayList<>(List.of("--port", Integer.toString(port)));
    all.addAll(List.of("--appendonly", "yes"));
    all.addAll(List.of(settings));
    return all;
  }

  private static String carried(Path folder) {
    try {
      return ExecutableProvider.newJarResourceProvider(folder.toFile()).get().getAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process launch() {
    try {
      Path log = folder.resolve("redis.log");
      Process started =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      Await.until(() -> text(log).contains("eady to accept connections") || !started.isAlive(), 30);
      if (!started.isAlive()) {
        throw new IllegalStateException(text(log));
      }
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens, in plain text. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /** Sends commands over one plain connection; the first line of each answer. */
  public List<String> ask(String... commands) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      List<String> answers = new ArrayList<>();
      for (String command : commands) {
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
        answers.add(String.valueOf(reader.readLine()));
      }
      return answers;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
    TemporaryFolder.delete(folder);
  }
}
