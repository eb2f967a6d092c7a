package dev.switchboard.signaling.chat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RawSocket;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * A chat app on a plain WebSocket: the official Java client can't send more than 16 MB over one.
 * Everything it receives is kept as the text it came as.
 */
final class RawApp extends RawSocket {
  private static final long SECONDS = 60;

  private final List<String> inbox = new ArrayList<>();

  RawApp(Vertx vertx, String url) {
    super(vertx);
    Await.await(connect(toEngineIo(url, "")));
    send("40");
    hear("40");
  }

  @Override
  protected void received(String message) {
    if (message.equals("2")) {
      send("3");
      return;
    }
    synchronized (inbox) {
      inbox.add(message);
    }
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
}
