package dev.switchboard.signaling.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.signaling.socketio.conformance.ConformanceServer;
import dev.switchboard.signaling.socketio.conformance.ConformanceServer.Patience;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The official JavaScript client in Node.js. Needs node and npm. */
class OfficialJavaScriptClientIT {
  private static final Path DIRECTORY = Path.of("target", "js").toAbsolutePath();

  /** Pings often, but gives no client up that a slow machine holds up. */
  private static final Patience PATIENT = new Patience(300, 20_000, 20_000);

  private static final Vertx vertx = Vertx.vertx();
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    if (!Files.isDirectory(DIRECTORY.resolve("node_modules/socket.io-client"))) {
      Files.createDirectories(DIRECTORY);
      String output =
          run(
              "npm",
              "install",
              "--no-save",
              "--no-audit",
              "--prefix",
              DIRECTORY.toString(),
              "socket.io-client@4");
      assertThat(DIRECTORY.resolve("node_modules/socket.io-client")).as(output).isDirectory();
    }
    port = RealRedis.freePort();
    ConformanceServer.deploy(vertx, "127.0.0.1", port, 2, PATIENT).await(10, SECONDS);
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(20, SECONDS);
  }

  private static String run(String... command) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IllegalStateException("this test needs node and npm on the PATH", e);
    }
    process.onExit().orTimeout(120, SECONDS).whenComplete((p, late) -> process.destroyForcibly());
    try (var reader = process.inputReader(UTF_8)) {
      return reader.readAllAsString();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket", "polling,websocket"})
  void eventsBinaryAndAcknowledgementsGoBothWays(String transports) throws Exception {
    Path script = DIRECTORY.resolve("client.cjs");
    try (var in = getClass().getResourceAsStream("/socketio/client.cjs")) {
      Files.write(script, in.readAllBytes());
    }
    assertThat(run("node", script.toString(), "http://127.0.0.1:" + port, transports).strip())
        .isEqualTo("all is well");
  }
}
