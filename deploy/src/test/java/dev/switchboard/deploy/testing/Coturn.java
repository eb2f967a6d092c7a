package dev.switchboard.deploy.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TemporaryFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A real coturn with the configuration that {@code turn/configure} makes, on ports of its own. It
 * listens on 127.0.0.1 unless {@code TURN_LISTEN_IP} says otherwise.
 */
public final class Coturn implements AutoCloseable {
  /** Whether relays may reach this machine, which production forbids and browsers here need. */
  public enum Peers {
    AS_IN_PRODUCTION,
    LOOPBACK_TOO;

    private String configured(String made) {
      return this == LOOPBACK_TOO
          ? made + "verbose\nallow-loopback-peers\nallowed-peer-ip=127.0.0.1\n"
          : made;
    }
  }

  private static final Path SCRIPTS = Path.of("..", "turn").toAbsolutePath().normalize();
  private static final Duration START_WITHIN = Duration.ofSeconds(30);
  private static final int RELAY_PORTS = 200;

  private final Map<String, String> settings = new HashMap<>();
  private final Path folder = TemporaryFolder.create("coturn-");
  private final List<String> lines = new ArrayList<>();
  private final Process process;

  private Coturn(Map<String, String> given, UnaryOperator<String> edited, List<String> launcher) {
    int low = ThreadLocalRandom.current().nextInt(20_000, 30_000 - RELAY_PORTS);
    settings.put("TURN_LISTEN_IP", "127.0.0.1");
    settings.put("TURN_REALM", "relay.test");
    settings.put("TURN_PORT", freePort());
    settings.put("TURN_ALT_PORT", freePort());
    settings.put("TURN_TLS_PORT", freePort());
    settings.put("TURN_MIN_PORT", Integer.toString(low));
    settings.put("TURN_MAX_PORT", Integer.toString(low + RELAY_PORTS));
    settings.putAll(given);
    settings.putIfAbsent("TURN_EXTERNAL_IP", settings.get("TURN_LISTEN_IP"));
    process = launch(edited, launcher);
  }

  /** Starts one and returns when it listens. */
  public static Coturn start(Map<String, String> settings, Peers peers) {
    return start(settings, peers, List.of());
  }

  /** As {@link #start(Map, Peers)}, with its configuration changed as an operator would by hand. */
  public static Coturn start(Map<String, String> settings, UnaryOperator<String> edited) {
    return started(new Coturn(settings, edited, List.of()));
  }

  /** As {@link #start(Map, Peers)}, by way of a program that takes another as its arguments. */
  public static Coturn start(Map<String, String> settings, Peers peers, List<String> launcher) {
    return started(new Coturn(settings, peers::configured, launcher));
  }

  private static Coturn started(Coturn coturn) {
    coturn.awaitListening();
    return coturn;
  }

  /** A script of the {@code turn} folder. */
  public static String script(String name) {
    return SCRIPTS.resolve(name).toString();
  }

  /** What it was configured with: the settings an operator would check it with. */
  public Map<String, String> settings() {
    return Map.copyOf(settings);
  }

  public int port() {
    return Integer.parseInt(settings.getOrDefault("TURN_PORT", ""));
  }

  /** Its URL for media over UDP. */
  public String url() {
    return "turn:" + settings.get("TURN_LISTEN_IP") + ":" + port();
  }

  public String secondUrl() {
    return "turn:" + settings.get("TURN_LISTEN_IP") + ":" + settings.get("TURN_ALT_PORT");
  }

  public String tlsUrl() {
    return "turns:localhost:" + settings.get("TURN_TLS_PORT");
  }

  /** All it has logged. */
  public String log() {
    synchronized (lines) {
      return String.join("\n", lines);
    }
  }

  /** Ends it as a crash would. */
  public void kill9() {
    process.destroyForcibly();
    awaitExit();
  }

  @Override
  public void close() {
    process.destroy();
    awaitExit();
    TemporaryFolder.delete(folder);
  }

  private Process launch(UnaryOperator<String> edited, List<String> launcher) {
    Path conf = folder.resolve("turnserver.conf");
    Shell.Result made =
        Shell.run(settings, List.of(script("configure"), "-e", "/dev/null", "-o", conf.toString()));
    if (made.exitCode() != 0) {
      throw new IllegalStateException("no configuration: " + made.output());
    }
    List<String> command = new ArrayList<>(launcher);
    command.addAll(List.of(program(), "-c", conf.toString(), "--pidfile="));
    try {
      Files.writeString(conf, edited.apply(Files.readString(conf)));
      Process started = new ProcessBuilder(command).redirectErrorStream(true).start();
      Thread.ofVirtual().name("log-of-coturn").start(() -> keepLines(started));
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String program() {
    String program = System.getProperty("switchboard.turnserver", "/usr/bin/turnserver");
    if (!Files.isExecutable(Path.of(program))) {
      throw new IllegalStateException(
          "coturn is not at " + program + ": apt-get install coturn, or -Dswitchboard.turnserver");
    }
    return program;
  }

  private void keepLines(Process started) {
    try (BufferedReader reader = started.inputReader(UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (lines) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      // The pipe ends with the process.
    }
  }

  /** It opens its TCP listeners last. */
  private void awaitListening() {
    long deadline = System.nanoTime() + START_WITHIN.toNanos();
    while (System.nanoTime() < deadline) {
      if (accepts()) {
        return;
      }
      try {
        if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    process.destroyForcibly();
    throw new IllegalStateException("coturn does not listen; its log:\n" + log());
  }

  private boolean accepts() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(settings.get("TURN_LISTEN_IP"), port()), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void awaitExit() {
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A port that is free for TCP and UDP. */
  private static String freePort() {
    while (true) {
      int port = RealRedis.freePort();
      try (var _ = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
        return Integer.toString(port);
      } catch (IOException e) {
        // taken over UDP: another one
      }
    }
  }
}
