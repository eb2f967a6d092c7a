package dev.switchboard.deploy.soak;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * An app on Socket.IO 5 that speaks it by hand: a thousand official clients would need more of this
 * machine than the server. Its methods wait, so they are for virtual threads.
 */
final class App implements AutoCloseable {
  private static final String CONNECTED = "(connect)";
  private static final String ACKNOWLEDGED = "(ack)";

  private final String token;
  private final Inbound inbound = new Inbound();
  private final AtomicInteger asked = new AtomicInteger();

  /** How long its last words have to get on their way before the line is cut. */
  private static final long GOODBYE_MILLIS = 500;

  /** The server speaks first, perhaps before the wire is known here. */
  private final CompletableFuture<Wire> wire = new CompletableFuture<>();

  private App(String token) {
    this.token = token;
  }

  /** Connects; with an empty token as a guest. */
  static App connect(HttpClient client, URI server, boolean polling, String token) {
    URI webSocket =
        URI.create(
            server.toString().replaceFirst("http", "ws") + "/socket.io/?EIO=4&transport=websocket");
    App app = new App(token);
    Inbound.Awaited connected = app.inbound.expect(CONNECTED);
    Function<App, Wire> open =
        polling
            ? opened -> Wire.polling(client, server, opened::packet)
            : opened -> Wire.webSocket(client, webSocket, opened::packet);
    app.wire.complete(open.apply(app));
    connected.get();
    return app;
  }

  private void packet(String packet) {
    if (packet.startsWith("0")) {
      JsonObject auth = new JsonObject();
      send("40" + (token.isEmpty() ? auth : auth.put("token", token)).encode());
    } else if (packet.equals("2")) {
      send("3");
    } else if (packet.startsWith("40")) {
      inbound.take(CONNECTED, new JsonObject());
    } else if (packet.startsWith("42")) {
      JsonArray event = new JsonArray(packet.substring(2));
      JsonObject payload = payload(event, 1);
      String name = event.getString(0);
      inbound.take(name, payload);
      inbound.take(ofCall(name, payload.getString("callId")), payload);
    } else if (packet.startsWith("43")) {
      int bracket = packet.indexOf('[');
      JsonArray answer = new JsonArray(packet.substring(bracket));
      inbound.take(ACKNOWLEDGED + packet.substring(2, bracket), payload(answer, 0));
    }
  }

  private static JsonObject payload(JsonArray packet, int index) {
    return packet.size() > index && packet.getValue(index) instanceof JsonObject object
        ? object
        : new JsonObject();
  }

  private static String ofCall(String event, String call) {
    return event + " of " + call;
  }

  private void send(String packet) {
    wire.thenAccept(open -> open.send(packet));
  }

  /** The next event of a name. */
  Inbound.Awaited expect(String event) {
    return inbound.expect(event);
  }

  /** The next event of a name about a call. */
  Inbound.Awaited expect(String event, String call) {
    return inbound.expect(ofCall(event, call));
  }

  /** Sends an event without asking for an answer. */
  void tell(String event, JsonObject payload) {
    send("42" + new JsonArray().add(event).add(payload).encode());
  }

  /** Sends an event and waits for its acknowledgement, whatever it says. */
  JsonObject ask(String event, JsonObject payload) {
    int number = asked.getAndIncrement();
    Inbound.Awaited answer = inbound.expect(ACKNOWLEDGED + number);
    send("42" + number + new JsonArray().add(event).add(payload).encode());
    return answer.get();
  }

  /** As {@link #ask}; throws if the server does not call it a success. */
  JsonObject succeed(String event, JsonObject payload) {
    JsonObject answer = ask(event, payload);
    if (!answer.getBoolean("success", false)) {
      throw new IllegalStateException(event + ": " + answer);
    }
    return answer;
  }

  /** Ends without a word. */
  void drop() {
    wire.thenAccept(Wire::drop);
  }

  /** Says that it goes, and goes. */
  @Override
  public void close() {
    send("41");
    send("1");
    CompletableFuture.delayedExecutor(GOODBYE_MILLIS, TimeUnit.MILLISECONDS).execute(this::drop);
  }
}
