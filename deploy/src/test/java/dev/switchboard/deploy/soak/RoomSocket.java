package dev.switchboard.deploy.soak;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.concurrent.CompletableFuture;

/** An app in a room. Its methods wait, so they are for virtual threads. */
final class RoomSocket {
  private final Inbound inbound = new Inbound();
  private final CompletableFuture<Wire> wire = new CompletableFuture<>();

  private RoomSocket() {}

  /** Connects and joins a room, which has a place for it. */
  static RoomSocket join(HttpClient client, URI server, String room, String device) {
    RoomSocket app = new RoomSocket();
    Inbound.Awaited connected = app.expect("connected");
    Inbound.Awaited joined = app.expect("room_joined");
    URI url = URI.create(server.toString().replaceFirst("http", "ws") + "/ws");
    app.wire.complete(Wire.webSocket(client, url, app::message));
    connected.get();
    app.send("join_room", new JsonObject().put("roomId", room).put("deviceId", device));
    joined.get();
    return app;
  }

  private void message(String text) {
    JsonObject message = new JsonObject(text);
    inbound.take(message.getString("type"), message);
  }

  Inbound.Awaited expect(String type) {
    return inbound.expect(type);
  }

  void send(String type, JsonObject fields) {
    String text = fields.copy().put("type", type).encode();
    wire.thenAccept(open -> open.send(text));
  }

  void drop() {
    wire.thenAccept(Wire::drop);
  }
}
