package dev.switchboard.signaling.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A plain WebSocket client of the rooms; what it hears waits in order. */
final class RoomClient {
  private static final long WAIT_SECONDS = 10;

  private final WebSocket webSocket;
  // Vert.x closes a client that nobody holds any more, and its connections with it
  private final WebSocketClient owner;
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private String id = "";

  private RoomClient(WebSocket webSocket, WebSocketClient owner) {
    this.webSocket = webSocket;
    this.owner = owner;
    webSocket.textMessageHandler(heard::add);
    webSocket.exceptionHandler(failure -> {});
  }

  /** Connects; fails where the upgrade is refused. */
  static Future<RoomClient> connect(
      Vertx vertx, int port, String uri, Map<String, String> headers) {
    WebSocketClient client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxFrameSize(4_000_000).setMaxMessageSize(4_000_000));
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(port)
            .setURI(uri)
            .setAllowOriginHeader(headers.containsKey("Origin"));
    headers.forEach(options::putHeader);
    // with its handler before it connects, or the first message may be missed
    ClientWebSocket webSocket = client.webSocket();
    RoomClient connecting = new RoomClient(webSocket, client);
    return webSocket.connect(options).map(connecting);
  }

  /** Its id, as the server named it. */
  String id() {
    if (id.isEmpty()) {
      id = expect("connected").getString("clientId");
    }
    return id;
  }

  void send(String text) {
    Await.await(webSocket.writeTextMessage(text));
  }

  void send(JsonObject message) {
    send(message.encode());
  }

  void send(String type, Map<String, Object> fields) {
    JsonObject message = new JsonObject().put("type", type);
    fields.forEach(message::put);
    send(message);
  }

  void join(String roomId) {
    id();
    send("join_room", Map.of("roomId", roomId));
  }

  void joinAs(String roomId, String deviceId) {
    id();
    send("join_room", Map.of("roomId", roomId, "deviceId", deviceId));
  }

  WebSocket webSocket() {
    return webSocket;
  }

  /** The next text. */
  String next() {
    try {
      String text = heard.poll(WAIT_SECONDS, TimeUnit.SECONDS);
      if (text == null) {
        throw new AssertionError("heard nothing; closed: " + webSocket.isClosed());
      }
      return text;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The next message, which must be of that type. */
  JsonObject expect(String type) {
    JsonObject message = new JsonObject(next());
    assertThat(message.getString("type")).as(message.encode()).isEqualTo(type);
    return message;
  }

  /** The error that comes next. */
  String error() {
    return expect("error").getString("error");
  }

  /** True if nothing more has come before the answer to a ping. */
  void hearsNothingMore() {
    send("ping", Map.of());
    expect("pong");
  }

  /** The status with which the server closes. */
  int closeStatus() {
    Await.until(webSocket::isClosed);
    return webSocket.closeStatusCode();
  }

  void close() {
    if (!webSocket.isClosed()) {
      webSocket.resume();
      Await.await(webSocket.close());
    }
    Await.await(owner.close());
  }
}
