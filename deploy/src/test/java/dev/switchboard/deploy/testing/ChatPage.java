package dev.switchboard.deploy.testing;

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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.OkHttpClient;
import org.json.JSONArray;
import org.json.JSONObject;
import org.jspecify.annotations.Nullable;

/**
 * A chat page on the official Java client: it names its session in the same words in every event,
 * joins each time it is connected, and takes {@code session-error} as the end of the chat.
 */
public final class ChatPage implements AutoCloseable {
  private static final long SECONDS = 20;

  private final String userId;
  private final JsonObject join;
  private final Socket socket;
  private final Inbox inbox;
  private final AtomicReference<@Nullable Transport> transport = new AtomicReference<>();
  private volatile boolean over;

  /**
   * Opens the page.
   *
   * @param sessionId as it goes on the wire, with what opens the session behind it
   * @param more further fields of the join, such as {@code authKey} and {@code isCreator}
   */
  public ChatPage(URI url, String sessionId, String userId, String displayName, JsonObject more) {
    this.userId = userId;
    join =
        new JsonObject()
            .put("sessionId", sessionId)
            .put("userId", userId)
            .put("displayName", displayName)
            .put("publicKey", "key of " + userId)
            .put("isCreator", false)
            .mergeIn(more);
    inbox = new Inbox(userId, SECONDS);
    IO.Options options = new IO.Options();
    options.forceNew = true;
    options.reconnectionDelay = 50;
    options.reconnectionDelayMax = 500;
    options.transports = new String[] {"websocket"};
    OkHttpClient http = new OkHttpClient();
    options.callFactory = http;
    options.webSocketFactory = http;
    socket = IO.socket(url, options);
    socket.io().on(Manager.EVENT_TRANSPORT, args -> transport.set((Transport) args[0]));
    socket.onAnyIncoming(args -> keep((String) args[0], args.length > 1 ? args[1] : null));
    socket.on(Socket.EVENT_DISCONNECT, args -> inbox.keep("(disconnect)", new JsonObject()));
    socket.on(Socket.EVENT_CONNECT_ERROR, args -> inbox.keep("(connect_error)", new JsonObject()));
    socket.on(Socket.EVENT_CONNECT, args -> enter());
    socket.connect();
  }

  private void enter() {
    inbox.keep("(connect)", new JsonObject());
    if (!over) {
      socket.emit("join-session", new JSONObject(join.encode()));
    }
  }

  /** Lists stand under {@code list}. */
  private void keep(String event, Object payload) {
    over |= event.equals("session-error");
    JsonObject json =
        switch (payload) {
          case JSONObject object -> new JsonObject(object.toString());
          case JSONArray list -> new JsonObject().put("list", new JsonArray(list.toString()));
          case null, default -> new JsonObject();
        };
    inbox.keep(event, json);
  }

  /** Waits until it is in; the session's metadata. */
  public JsonObject awaitIn() {
    JsonObject metadata = hear("session-metadata");
    hear("public-keys-updated");
    return metadata;
  }

  /** The code at which it has left the chat. */
  public String refusal() {
    return hear("session-error").getString("error");
  }

  /** The words by which it names its session, and itself. */
  public JsonObject own() {
    return new JsonObject().put("sessionId", join.getString("sessionId")).put("userId", userId);
  }

  /** Sends an event as the page does, without asking for an acknowledgement. */
  public void say(String event, JsonObject payload) {
    socket.emit(event, new JSONObject(own().mergeIn(payload).encode()));
  }

  /** Sends an event and waits for its acknowledgement. */
  public JsonObject ask(String event, JsonObject payload) {
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    socket.emit(
        event,
        new Object[] {new JSONObject(own().mergeIn(payload).encode())},
        (Ack) args -> answer.complete(new JsonObject(args[0].toString())));
    return inbox.acknowledgement(event, answer);
  }

  /** Sends a message to all, with what the page draws the own bubble from. */
  public void write(String id, String encrypted, Object original) {
    say(
        "send-message",
        new JsonObject()
            .put("from", userId)
            .put("to", "all")
            .put("encrypted", encrypted)
            .put("originalContent", original)
            .put("clientMessageId", id));
  }

  /** The oldest event of this name that was not asked for yet, once it has come. */
  public JsonObject hear(String event) {
    return inbox.hear(event);
  }

  /** The names of what it has heard so far, in order. */
  public List<String> heard() {
    return inbox.heard();
  }

  /** The payloads of all events of this name, in order. */
  public List<JsonObject> all(String event) {
    return inbox.all(event);
  }

  /** Breaks its connection, as a change of networks does; it comes back by itself. */
  public void breakConnection() {
    Transport open = transport.get();
    if (open != null) {
      open.close();
    }
  }

  /** Closes the window. */
  @Override
  public void close() {
    socket.disconnect();
  }
}
