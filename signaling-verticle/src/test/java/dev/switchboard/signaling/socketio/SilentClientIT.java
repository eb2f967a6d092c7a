package dev.switchboard.signaling.socketio;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.signaling.socketio.conformance.ConformanceServer;
import dev.switchboard.signaling.socketio.conformance.ConformanceServer.Patience;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A client that answers no ping: a phone that was out of reach, and may hear the end late. */
class SilentClientIT {
  private static final Patience SHORT = new Patience(200, 200, 20_000);

  /**
   * Java's official client comes back at once after a code that its OkHttp refuses, 1012 to 2999.
   * Any other it does not notice until it misses a ping itself.
   */
  @Test
  void isGivenUpWithACodeAfterWhichEveryOfficialClientComesBack() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      int port = RealRedis.freePort();
      ConformanceServer.deploy(vertx, "127.0.0.1", port, 1, SHORT).await(10, SECONDS);
      WebSocketClient client = vertx.createWebSocketClient();
      CompletableFuture<Short> code = new CompletableFuture<>();
      client
          .connect(port, "127.0.0.1", "/socket.io/?EIO=4&transport=websocket")
          .onSuccess(socket -> socket.closeHandler(_ -> code.complete(socket.closeStatusCode())))
          .onFailure(code::completeExceptionally);
      assertThat(code.get(20, SECONDS)).isEqualTo((short) 1013);
    } finally {
      vertx.close().await(10, SECONDS);
    }
  }
}
