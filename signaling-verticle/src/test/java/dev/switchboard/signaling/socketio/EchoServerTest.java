package dev.switchboard.signaling.socketio;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.signaling.socketio.conformance.ConformanceServer;
import dev.switchboard.signaling.socketio.conformance.ConformanceServer.Patience;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The echo server, and a client that sends whatever a test wants. */
abstract class EchoServerTest {
  /** Pings often, but gives no client up that a slow machine holds up. */
  static final Patience PATIENT = new Patience(300, 20_000, 20_000);

  static Vertx vertx;
  static int port;
  private static HttpClient http;
  // Held: a client that nobody refers to closes its connections.
  private static WebSocketClient webSockets;

  record Answer(int status, String body, MultiMap headers) {}

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    port = RealRedis.freePort();
    ConformanceServer.deploy(vertx, "127.0.0.1", port, 2, PATIENT).await(10, SECONDS);
    http = vertx.createHttpClient();
    webSockets =
        vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxConnections(1000).setClosingTimeout(1));
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(10, SECONDS);
  }

  static Future<Answer> send(HttpMethod method, String query, Buffer body, String... headers) {
    // On an event loop throughout: from outside the body could be missed.
    return Future.future(
        done ->
            vertx.runOnContext(
                _ ->
                    http.request(method, port, "127.0.0.1", "/socket.io/?" + query)
                        .compose(request -> answer(request, body, headers))
                        .onComplete(done)));
  }

  private static Future<Answer> answer(HttpClientRequest request, Buffer body, String... headers) {
    for (int i = 0; i < headers.length; i += 2) {
      request.putHeader(headers[i], headers[i + 1]);
    }
    return request
        .send(body)
        .compose(
            response ->
                response
                    .body()
                    .map(b -> new Answer(response.statusCode(), b.toString(), response.headers())));
  }

  static Answer get(String query, String... headers) throws Exception {
    return send(HttpMethod.GET, query, Buffer.buffer(), headers).await(20, SECONDS);
  }

  static Answer post(String sid, Buffer body) throws Exception {
    return send(HttpMethod.POST, poll(sid), body).await(20, SECONDS);
  }

  static String poll(String sid) {
    return "EIO=4&transport=polling&sid=" + sid;
  }

  static String openPolling() throws Exception {
    return new JsonObject(get("EIO=4&transport=polling").body().substring(1)).getString("sid");
  }

  /** A WebSocket with its packets, pings left out. */
  static final class Raw {
    private final LinkedBlockingQueue<Object> packets = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    final WebSocket socket;

    Raw(String query) throws Exception {
      this(port, query, List.of());
    }

    Raw(String query, List<String> subProtocols) throws Exception {
      this(port, query, subProtocols);
    }

    Raw(int port, String query) throws Exception {
      this(port, query, List.of());
    }

    private Raw(int port, String query, List<String> subProtocols) throws Exception {
      // Its handlers are set before it connects: what comes at once must not be missed.
      ClientWebSocket opening = webSockets.webSocket();
      opening.textMessageHandler(
          text -> {
            if (text.equals("2")) {
              opening.writeTextMessage("3");
            } else {
              packets.add(text);
            }
          });
      opening.binaryMessageHandler(packets::add);
      opening.closeHandler(_ -> closed.complete(null));
      socket =
          opening
              .connect(
                  new WebSocketConnectOptions()
                      .setPort(port)
                      .setHost("127.0.0.1")
                      .setSubProtocols(subProtocols)
                      .setURI("/socket.io/?EIO=4&transport=websocket" + query))
              .await(20, SECONDS);
    }

    static Raw connected() throws Exception {
      Raw raw = new Raw("");
      assertThat(raw.next()).asString().startsWith("0{");
      raw.send("40");
      assertThat(raw.next()).asString().startsWith("40{");
      assertThat(raw.next()).isEqualTo("42[\"auth\",{}]");
      return raw;
    }

    void send(String text) {
      unlessClosed(() -> socket.writeTextMessage(text));
    }

    void sendBinary(String bytes) {
      unlessClosed(() -> socket.writeBinaryMessage(Buffer.buffer(bytes)));
    }

    /** The server may have closed the socket for what was sent before: that is what is tested. */
    void unlessClosed(Runnable write) {
      try {
        write.run();
      } catch (IllegalStateException e) {
        assertThat(socket.isClosed()).isTrue();
      }
    }

    Object next() throws Exception {
      return packets.poll(20, SECONDS);
    }

    void awaitClose() throws Exception {
      closed.get(20, SECONDS);
    }

    void assertEchoes() throws Exception {
      send("42[\"message\",\"still here\"]");
      assertThat(next()).isEqualTo("42[\"message-back\",\"still here\"]");
    }
  }
}
