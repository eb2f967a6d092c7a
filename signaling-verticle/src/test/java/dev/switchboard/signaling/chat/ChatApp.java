package dev.switchboard.signaling.chat;

import dev.switchboard.shared.testing.Inbox;
import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Manager;
import io.socket.client.Socket;
import io.socket.engineio.client.Transport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.json.JSONArray;
import org.json.JSONObject;

/** A chat app on the official Java client, and everything it has heard, in order. */
final class ChatApp implements AutoCloseable {
  private static final long SECONDS = 60;

  private final Socket socket;
  private final Inbox inbox;
  private final AtomicReference<Transport> transport = new AtomicReference<>();

  ChatApp(String url, String token, String... transports) {
    inbox = new Inbox(url, SECONDS);
    IO.Options options = new IO.Options();
    options.forceNew = true;
    options.reconnection = false;
    options.transports = transports;
    if (!token.isEmpty()) {
      options.auth = Map.of("token", token);
    }
    socket = IO.socket(URI.create(url), options);
    socket.io().on(Manager.EVENT_TRANSPORT, args -> transport.set((Transport) args[0]));
    socket.onAnyIncoming(args -> keep((String) args[0], args.length > 1 ? args[1] : null));
    socket.on(Socket.EVENT_DISCONNECT, args -> keep("(disconnect)", null));
    socket.on(Socket.EVENT_CONNECT, args -> keep("(connect)", null));
  }

  /** Lists stand under {@code list}. */
  private void keep(String event, Object payload) {
    JsonObject json =
        switch (payload) {
          case JSONObject object -> new JsonObject(object.toMap());
          case JSONArray array -> new JsonObject().put("list", new JsonArray(array.toList()));
          case null, default -> new JsonObject();
        };
    inbox.keep(event, json);
  }

  ChatApp connect() {
    socket.connect();
    hear("(connect)");
    return this;
  }

  static JsonObject join(String sessionId, String userId, String key) {
    return new JsonObject()
        .put("sessionId", sessionId)
        .put("userId", userId)
        .put("displayName", userId.toUpperCase(Locale.ROOT))
        .put("publicKey", "key of " + userId)
        .put("isCreator", false)
        .put("authKey", key);
  }

  /** Creates a session of a mode and waits until it is in. */
  ChatApp create(String sessionId, String userId, String mode) {
    tell("join-session", join(sessionId, userId, "K").put("isCreator", true).put("chatMode", mode));
    hear("public-keys-updated");
    return this;
  }

  /** Joins and waits until it is in. */
  ChatApp enter(String sessionId, String userId) {
    tell("join-session", join(sessionId, userId, "K"));
    hear("session-metadata");
    hear("public-keys-updated");
    return this;
  }

  /** Sends an event and waits for its acknowledgement. */
  JsonObject ask(String event, JsonObject payload) {
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    socket.emit(
        event,
        new Object[] {new JSONObject(payload.encode())},
        (Ack) args -> answer.complete(new JsonObject(args[0].toString())));
    return inbox.acknowledgement(event, answer);
  }

  /** Sends an event without asking for an acknowledgement. */
  void tell(String event, JsonObject payload) {
    socket.emit(event, new JSONObject(payload.encode()));
  }

  /** Sends any argument. */
  void tellRaw(String event, Object... arguments) {
    socket.emit(event, arguments);
  }

  /** The code of the next {@code session-error}. */
  String error() {
    return hear("session-error").getString("error");
  }

  /** The code of the next {@code chat-error}. */
  String chatError() {
    return hear("chat-error").getString("error");
  }

  /** The oldest event of this name that was not asked for yet, once it has come. */
  JsonObject hear(String event) {
    return inbox.hear(event);
  }

  /** The names of what it has heard, in order. */
  List<String> heard() {
    return inbox.heard();
  }

  /** Forgets what it has heard. */
  void forget() {
    inbox.forget();
  }

  /** The payloads of all events of this name, in order. */
  List<JsonObject> all(String event) {
    return inbox.all(event);
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
