package dev.switchboard.signaling.socketio;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.signaling.socketio.conformance.ConformanceServer;
import dev.switchboard.signaling.socketio.conformance.ConformanceServer.Patience;
import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Socket;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client that Android apps use, over each way of transport. */
class OfficialJavaClientIT {
  /** Pings often, but gives no client up that a slow machine holds up. */
  private static final Patience PATIENT = new Patience(300, 20_000, 20_000);

  private static final Vertx vertx = Vertx.vertx();
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    port = RealRedis.freePort();
    ConformanceServer.deploy(vertx, "127.0.0.1", port, 2, PATIENT).await(10, SECONDS);
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(20, SECONDS);
  }

  private static Socket client(String namespace, String... transports) {
    IO.Options options = new IO.Options();
    options.transports = transports;
    options.forceNew = true;
    options.reconnection = false;
    options.auth = Map.of("token", "abc");
    return IO.socket(URI.create("http://127.0.0.1:" + port + namespace), options);
  }

  private static CompletableFuture<Object[]> once(Socket socket, String event) {
    CompletableFuture<Object[]> future = new CompletableFuture<>();
    socket.once(event, future::complete);
    return future;
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket", "polling,websocket"})
  void eventsBinaryAndAcknowledgementsGoBothWays(String transports) throws Exception {
    Socket socket = client("/", transports.split(","));
    try {
      CompletableFuture<Object[]> auth = once(socket, "auth");
      CompletableFuture<Object[]> back = once(socket, "message-back");
      socket.on("question", args -> ((Ack) args[args.length - 1]).call("answer to " + args[0]));
      socket.connect();
      assertThat(((JSONObject) auth.get(10, SECONDS)[0]).getString("token")).isEqualTo("abc");

      socket.emit("message", "grüße", 7, new byte[] {1, 2, 3}, new byte[0]);
      Object[] echoed = back.get(10, SECONDS);
      assertThat(echoed[0]).isEqualTo("grüße");
      assertThat(echoed[1]).isEqualTo(7);
      assertThat((byte[]) echoed[2]).containsExactly(1, 2, 3);
      assertThat((byte[]) echoed[3]).isEmpty();

      CompletableFuture<Object[]> ack = new CompletableFuture<>();
      socket.emit("message-with-ack", new Object[] {"x"}, (Ack) ack::complete);
      assertThat(ack.get(10, SECONDS)).containsExactly("x");

      CompletableFuture<Object[]> asked = new CompletableFuture<>();
      socket.emit("ask-me", new Object[] {"life"}, (Ack) asked::complete);
      assertThat(asked.get(10, SECONDS)).containsExactly("answer to life");
    } finally {
      socket.disconnect();
    }
  }

  @Test
  void orderIsKeptAcrossAnUpgrade() throws Exception {
    Socket socket = client("/", "polling", "websocket");
    try {
      int count = 2000;
      CompletableFuture<Integer> done = new CompletableFuture<>();
      int[] next = {0};
      socket.on(
          "message-back",
          args -> {
            if (!args[0].equals(next[0])) {
              done.complete((Integer) args[0]);
            } else if (++next[0] == count) {
              done.complete(count);
            }
          });
      socket.on(
          Socket.EVENT_CONNECT,
          _ -> {
            for (int i = 0; i < count; i++) {
              socket.emit("message", i);
            }
          });
      socket.connect();
      assertThat(done.get(20, SECONDS)).isEqualTo(count);
    } finally {
      socket.disconnect();
    }
  }

  @Test
  void anUnknownNamespaceIsRefused() throws Exception {
    Socket socket = client("/nowhere", "websocket");
    CompletableFuture<Object[]> error = once(socket, Socket.EVENT_CONNECT_ERROR);
    socket.connect();
    assertThat(((JSONObject) error.get(10, SECONDS)[0]).getString("message"))
        .isEqualTo("Invalid namespace");
    socket.disconnect();
  }
}
