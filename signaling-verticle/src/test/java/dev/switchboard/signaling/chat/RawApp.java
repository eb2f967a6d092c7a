package dev.switchboard.signaling.chat;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * A client on a plain WebSocket: the official Java client can't send more than 16 MB over one.
 * Everything it hears is kept as the text it came as.
 */
final class RawApp implements AutoCloseable {
  private static final int MOST_BYTES = 100_000_000;
  private static final long SECONDS = 60;

  private final WebSocketClient client;
  private final WebSocket socket;
  private final List<String> inbox = new ArrayList<>();

  RawApp(Vertx vertx, String url) {
    client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxFrameSize(MOST_BYTES).setMaxMessageSize(MOST_BYTES));
    URI uri = URI.create(url);
    socket =
        Await.await(
            client.connect(
                new WebSocketConnectOptions()
                    .setHost(uri.getHost())
                    .setPort(uri.getPort())
                    .setURI("/socket.io/?EIO=4&transport=websocket")));
    socket.textMessageHandler(this::keep);
    socket.closeHandler(closed -> keep("(closed)"));
    send("40");
    hear("40");
  }

  private void keep(String message) {
    if (message.equals("2")) {
      send("3");
      return;
    }
    synchronized (inbox) {
      inbox.add(message);
    }
  }

  void send(String packet) {
    socket.writeTextMessage(packet);
  }

  void tell(String event, JsonObject payload) {
    send("42[\"" + event + "\"," + payload.encode() + "]");
  }

  /** The oldest message that begins so and was not asked for yet, once it has come. */
  String hear(String beginning) {
    String[] found = new String[1];
    Await.until(
        () -> {
          synchronized (inbox) {
            found[0] = inbox.stream().filter(m -> m.startsWith(beginning)).findFirst().orElse(null);
            return found[0] != null && inbox.remove(found[0]);
          }
        },
        SECONDS);
    return found[0];
  }

  /** The JSON text of the next event of this name. */
  String hearEvent(String event) {
    String beginning = "42[\"" + event + "\",";
    String packet = hear(beginning);
    return packet.substring(beginning.length(), packet.length() - 1);
  }

  @Override
  public void close() {
    client.close();
  }
}
