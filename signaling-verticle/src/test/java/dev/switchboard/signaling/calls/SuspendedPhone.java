package dev.switchboard.signaling.calls;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A phone whose app sleeps: it registers, hears everything and answers nothing, no ping either. */
final class SuspendedPhone implements AutoCloseable {
  private final LinkedBlockingQueue<String> packets = new LinkedBlockingQueue<>();
  // Held: a client that nobody refers to closes its connections.
  private final WebSocketClient client;
  private final WebSocket socket;

  /** Its token is in the query, where clients that can't send a CONNECT payload put it. */
  SuspendedPhone(CallNodes nodes, int node, String userId, String deviceId) {
    client = nodes.vertx.createWebSocketClient();
    String url =
        nodes.url(node).replace("http:", "ws:")
            + "/socket.io/?EIO=4&transport=websocket&token="
            + nodes.token(userId);
    ClientWebSocket opening = client.webSocket();
    opening.textMessageHandler(packets::add);
    socket = Await.await(opening.connect(new WebSocketConnectOptions().setAbsoluteURI(url)));
    expect("0{");
    socket.writeTextMessage("40");
    expect("40{");
    JsonObject who = new JsonObject().put("userId", userId).put("deviceId", deviceId);
    socket.writeTextMessage("42" + new JsonArray().add("register").add(who).encode());
    expect("42[\"registered\"");
  }

  private void expect(String start) {
    String packet = next();
    if (!packet.startsWith(start)) {
      throw new AssertionError("expected " + start + ", heard " + packet);
    }
  }

  /** The next Engine.IO packet. */
  String next() {
    try {
      String packet = packets.poll(20, TimeUnit.SECONDS);
      if (packet == null) {
        throw new AssertionError("heard nothing");
      }
      return packet;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    Await.await(socket.close());
    Await.await(client.close());
  }
}
