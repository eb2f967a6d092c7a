package dev.switchboard.signaling.calls;

import dev.switchboard.shared.testing.Await;
import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Manager;
import io.socket.client.Socket;
import io.socket.engineio.client.Transport;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.json.JSONObject;

/** An app on the official Java client and everything it has heard, in order. */
final class Phone implements AutoCloseable {
  private static final long SECONDS = 20;

  private final Socket socket;
  private final List<Heard> inbox = new ArrayList<>();
  private final AtomicReference<Transport> transport = new AtomicReference<>();

  /** An event, whether a test has asked for it or not. */
  private static final class Heard {
    final String event;
    final JsonObject payload;
    boolean taken;

    Heard(String event, JsonObject payload) {
      this.event = event;
      this.payload = payload;
    }
  }

  Phone(String url, String token, String transportName) {
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
    synchronized (inbox) {
      inbox.add(
          new Heard(
              event,
              payload instanceof JSONObject json
                  ? new JsonObject(json.toString())
                  : new JsonObject()));
    }
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

  static JsonObject await(CompletableFuture<JsonObject> answer, String event) {
    try {
      return answer.get(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("no acknowledgement of " + event, e);
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError(e);
    }
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
    AtomicReference<JsonObject> found = new AtomicReference<>();
    try {
      Await.until(() -> take(event, found), SECONDS);
    } catch (AssertionError e) {
      throw new AssertionError("no " + event + ", heard " + heard(), e);
    }
    return found.get();
  }

  private boolean take(String event, AtomicReference<JsonObject> found) {
    synchronized (inbox) {
      for (Heard heard : inbox) {
        if (!heard.taken && heard.event.equals(event)) {
          heard.taken = true;
          found.set(heard.payload);
          return true;
        }
      }
      return false;
    }
  }

  /** The names of what it has heard so far since it registered, in order. */
  List<String> heard() {
    synchronized (inbox) {
      List<String> names = new ArrayList<>(inbox.stream().map(heard -> heard.event).toList());
      int registered = names.indexOf("registered");
      return List.copyOf(names.subList(registered + 1, names.size()));
    }
  }

  /** The payloads of all events of this name, in order. */
  List<JsonObject> all(String event) {
    synchronized (inbox) {
      return inbox.stream().filter(h -> h.event.equals(event)).map(h -> h.payload).toList();
    }
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
