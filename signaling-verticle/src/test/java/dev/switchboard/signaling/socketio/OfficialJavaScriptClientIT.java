package dev.switchboard.signaling.socketio;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.signaling.socketio.conformance.ConformanceServer;
import dev.switchboard.signaling.socketio.conformance.ConformanceServer.Patience;
import dev.switchboard.signaling.testing.JavaScriptClient;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The official JavaScript client in Node.js. Needs node and npm. */
class OfficialJavaScriptClientIT {
  /** Pings often, but gives no client up that a slow machine holds up. */
  private static final Patience PATIENT = new Patience(300, 20_000, 20_000);

  private static final Vertx vertx = Vertx.vertx();
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    JavaScriptClient.install();
    port = RealRedis.freePort();
    ConformanceServer.deploy(vertx, "127.0.0.1", port, 2, PATIENT).await(10, SECONDS);
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(20, SECONDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket", "polling,websocket"})
  void eventsBinaryAndAcknowledgementsGoBothWays(String transports) throws Exception {
    assertThat(JavaScriptClient.run("client.cjs", "http://127.0.0.1:" + port, transports))
        .isEqualTo("all is well");
  }
}
