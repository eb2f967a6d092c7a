package dev.switchboard.signaling.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RawSocket;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/** A plain WebSocket client of the rooms; what it receives waits in order. */
final class RoomClient extends RawSocket {
  private String id = "";

  private RoomClient(Vertx vertx) {
    super(vertx);
  }

  /** Connects; fails where the upgrade is refused. */
  static Future<RoomClient> connect(
      Vertx vertx, String url, String path, Map<String, String> headers) {
    WebSocketConnectOptions options =
        to(url, path).setAllowOriginHeader(headers.containsKey("Origin"));
    headers.forEach(options::putHeader);
    RoomClient connecting = new RoomClient(vertx);
    return connecting.connect(options).map(connecting);
  }

  /** Its id, as the server named it. */
  String id() {
    if (id.isEmpty()) {
      id = expect("connected").getString("clientId");
    }
    return id;
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
    Await.until(webSocket()::isClosed);
    return webSocket().closeStatusCode();
  }
}
