package dev.switchboard.signaling.calls;

import dev.switchboard.shared.testing.Inbox;
import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Manager;
import io.socket.client.Socket;
import io.socket.engineio.client.Transport;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.json.JSONObject;

/** An app on the official Java client and everything it has heard, in order. */
final class Phone implements AutoCloseable {
  private static final long SECONDS = 20;

  private final Socket socket;
  private final Inbox inbox;
  private final AtomicReference<Transport> transport = new AtomicReference<>();

  Phone(String url, String token, String transportName) {
    inbox = new Inbox(url, SECONDS);
    IO.Options options = new IO.Options();
    options.forceNew = true;
    options.reconnection = false;
    options.transports = new String[] {transportName};
    if (!token.isEmpty()) {
      options.auth = Map.of("token", token);
    }
    socket = IO.socket(URI.create(url), options);
    socket.io().on(Manager.EVENT_TRANSPORT, args -> transport.set((Transport) args[0]));
    socket.onAnyIncoming(args -> keep((String) args[0], args.length > 1 ? args[1] : null));
    socket.on(
        Socket.EVENT_DISCONNECT,
        args -> keep("(disconnect)", new JSONObject().put("reason", args[0])));
    socket.on(Socket.EVENT_CONNECT, args -> keep("(connect)", null));
    socket.on(Socket.EVENT_CONNECT_ERROR, args -> keep("(connect_error)", args[0]));
  }

  private void keep(String event, Object payload) {
    inbox.keep(
        event,
        payload instanceof JSONObject json ? new JsonObject(json.toString()) : new JsonObject());
  }

  Phone connect() {
    socket.connect();
    hear("(connect)");
    return this;
  }

  /** Tries to connect, in vain; answers the {@code connect_error}. */
  JsonObject refused() {
    socket.connect();
    return hear("(connect_error)");
  }

  JsonObject register(String userId, String deviceId) {
    JsonObject answer =
        ask("register", new JsonObject().put("userId", userId).put("deviceId", deviceId));
    if (!answer.getBoolean("success")) {
      throw new AssertionError("not registered: " + answer);
    }
    hear("registered");
    return answer;
  }

  /** Registers as stock apps do that name no device. */
  JsonObject registerNameless(String userId) {
    JsonObject answer = ask("register", new JsonObject().put("userId", userId));
    hear("registered");
    return answer;
  }

  /** Sends an event and waits for its acknowledgement. */
  JsonObject ask(String event, JsonObject payload) {
    return await(later(event, payload), event);
  }

  /** Sends an event without any payload and waits for its acknowledgement. */
  JsonObject ask(String event) {
    return await(emit(event), event);
  }

  /** Sends an event whose acknowledgement is waited for later. */
  CompletableFuture<JsonObject> later(String event, JsonObject payload) {
    return emit(event, new JSONObject(payload.encode()));
  }

  private CompletableFuture<JsonObject> emit(String event, Object... arguments) {
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    socket.emit(
        event, arguments, (Ack) args -> answer.complete(new JsonObject(args[0].toString())));
    return answer;
  }

  /** The acknowledgement of an event that was sent before. */
  JsonObject await(CompletableFuture<JsonObject> answer, String event) {
    return inbox.acknowledgement(event, answer);
  }

  /** The code with which a request is refused; the empty text if it is not. */
  String code(String event, JsonObject payload) {
    return code(ask(event, payload));
  }

  static String code(JsonObject answer) {
    return answer.getBoolean("success") ? "" : answer.getJsonObject("error").getString("code");
  }

  /** Sends an event without asking for an acknowledgement. */
  void tell(String event, JsonObject payload) {
    socket.emit(event, new JSONObject(payload.encode()));
  }

  /** The oldest event of this name that was not asked for yet, once it has come. */
  JsonObject hear(String event) {
    return inbox.hear(event);
  }

  /** The names of what it has heard so far since it registered, in order. */
  List<String> heard() {
    List<String> names = inbox.heard();
    return names.subList(names.indexOf("registered") + 1, names.size());
  }

  /** The payloads of all events of this name, in order. */
  List<JsonObject> all(String event) {
    return inbox.all(event);
  }

  String id() {
    return socket.id();
  }

  /** Cuts the connection without a word. */
  void drop() {
    transport.get().close();
    hear("(disconnect)");
  }

  @Override
  public void close() {
    socket.disconnect();
  }
}
