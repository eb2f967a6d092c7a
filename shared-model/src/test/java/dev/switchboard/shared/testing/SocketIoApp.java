package dev.switchboard.shared.testing;

import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Manager;
import io.socket.client.Socket;
import io.socket.engineio.client.Transport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.json.JSONArray;
import org.json.JSONObject;

/** An app on the official Java client of Socket.IO, and everything it has received, in order. */
public class SocketIoApp implements AutoCloseable {
  private final Socket socket;
  private final Inbox inbox;
  private final AtomicReference<Transport> transport = new AtomicReference<>();

  /**
   * Makes one that is not connected yet.
   *
   * @param owner names it where it waits in vain
   * @param seconds how long it waits for an event or an answer
   */
  protected SocketIoApp(String owner, URI url, IO.Options options, long seconds) {
    inbox = new Inbox(owner, seconds);
    socket = IO.socket(url, options);
    socket.io().on(Manager.EVENT_TRANSPORT, args -> transport.set((Transport) args[0]));
    socket.onAnyIncoming(args -> keep((String) args[0], args.length > 1 ? args[1] : null));
    socket.on(
        Socket.EVENT_DISCONNECT,
        args -> keep("(disconnect)", new JSONObject().put("reason", args[0])));
    socket.on(Socket.EVENT_CONNECT_ERROR, args -> keep("(connect_error)", args[0]));
    socket.on(Socket.EVENT_CONNECT, args -> keep("(connect)", null));
  }

  /** A connection of its own that does not come back; an empty token is none. */
  protected static IO.Options once(String token, String... transports) {
    IO.Options options = new IO.Options();
    options.forceNew = true;
    options.reconnection = false;
    if (transports.length > 0) {
      options.transports = transports;
    }
    if (!token.isEmpty()) {
      options.auth = Map.of("token", token);
    }
    return options;
  }

  /** Lists stand under {@code list}, other things as {@code text}. */
  private void keep(String event, Object payload) {
    JsonObject json =
        switch (payload) {
          case JSONObject object -> new JsonObject(object.toMap());
          case JSONArray array -> new JsonObject().put("list", new JsonArray(array.toList()));
          case null -> new JsonObject();
          default -> new JsonObject().put("text", payload.toString());
        };
    inbox.keep(event, json);
  }

  /** Begins to connect. */
  protected void open() {
    socket.connect();
  }

  /** Does something each time it is connected. */
  protected void onConnect(Runnable action) {
    socket.on(Socket.EVENT_CONNECT, args -> action.run());
  }

  /** Sends an event and waits for its acknowledgement. */
  public JsonObject ask(String event, JsonObject payload) {
    return await(later(event, payload), event);
  }

  /** Sends an event without any payload and waits for its acknowledgement. */
  public JsonObject ask(String event) {
    return await(emit(event), event);
  }

  /** Sends an event whose acknowledgement is waited for later. */
  public CompletableFuture<JsonObject> later(String event, JsonObject payload) {
    return emit(event, new JSONObject(payload.encode()));
  }

  private CompletableFuture<JsonObject> emit(String event, Object... arguments) {
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    socket.emit(
        event, arguments, (Ack) args -> answer.complete(new JsonObject(args[0].toString())));
    return answer;
  }

  /** The acknowledgement of an event that was sent before. */
  public JsonObject await(CompletableFuture<JsonObject> answer, String event) {
    return inbox.acknowledgement(event, answer);
  }

  /** Sends an event without asking for an acknowledgement. */
  public void tell(String event, JsonObject payload) {
    socket.emit(event, new JSONObject(payload.encode()));
  }

  /** Sends any arguments. */
  public void tellRaw(String event, Object... arguments) {
    socket.emit(event, arguments);
  }

  /** The oldest event of this name that was not asked for yet, once it has come. */
  public JsonObject hear(String event) {
    return inbox.hear(event);
  }

  /** As {@link #hear(String)}, within a time. */
  public JsonObject hear(String event, long seconds) {
    return inbox.hear(event, seconds);
  }

  /** The names of what it has received so far, in order. */
  public List<String> heard() {
    return inbox.heard();
  }

  /** The payloads of all events of this name, in order. */
  public List<JsonObject> all(String event) {
    return inbox.all(event);
  }

  /** Forgets what it has received. */
  public void forget() {
    inbox.forget();
  }

  /** Its id, which it has while it is connected. */
  public String id() {
    return socket.id();
  }

  public boolean isConnected() {
    return socket.connected();
  }

  /** Cuts the connection without a goodbye. */
  public void drop() {
    transport.get().close();
    hear("(disconnect)");
  }

  @Override
  public void close() {
    socket.disconnect();
  }
}
