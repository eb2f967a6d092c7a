package dev.switchboard.deploy.testing;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.Inbox;
import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Socket;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.OkHttpClient;
import org.json.JSONObject;

/**
 * An app on the official Java client as apps use it: it reconnects by itself and registers each
 * time it is connected. Keeps everything it has heard, in order.
 */
public final class StockClient implements AutoCloseable {
  private static final long SECONDS = 10;

  private final String userId;
  private final String deviceId;
  private final Socket socket;
  private final Inbox inbox;

  StockClient(URI url, String token, String userId, String deviceId, String... transports) {
    this.userId = userId;
    this.deviceId = deviceId;
    inbox = new Inbox(userId, SECONDS);
    IO.Options options = new IO.Options();
    options.forceNew = true;
    options.reconnectionDelay = 50;
    options.reconnectionDelayMax = 500;
    options.timeout = 5_000;
    if (transports.length > 0) {
      options.transports = transports;
    }
    // The library's own is shared by all sockets of the JVM and takes five requests to a host.
    OkHttpClient http = new OkHttpClient.Builder().readTimeout(1, TimeUnit.MINUTES).build();
    options.callFactory = http;
    options.webSocketFactory = http;
    options.auth = Map.of("token", token);
    socket = IO.socket(url, options);
    socket.onAnyIncoming(args -> keep((String) args[0], args.length > 1 ? args[1] : null));
    socket.on(Socket.EVENT_DISCONNECT, args -> keep("(disconnect)", null));
    socket.on(Socket.EVENT_CONNECT_ERROR, args -> keep("(connect_error)", args[0]));
    socket.on(Socket.EVENT_CONNECT, args -> register());
  }

  private void register() {
    keep("(connect)", null);
    socket.emit("register", new JSONObject(registration().encode()));
  }

  /** Sends an event now and each time it comes back, as it does with its registration. */
  public void sayWheneverConnected(String event, JsonObject payload) {
    socket.on(Socket.EVENT_CONNECT, args -> say(event, payload));
    say(event, payload);
  }

  /** Sends an event without asking for an acknowledgement. */
  public void say(String event, JsonObject payload) {
    socket.emit(event, new JSONObject(payload.encode()));
  }

  private JsonObject registration() {
    return new JsonObject()
        .put("userId", userId)
        .put("deviceId", deviceId)
        .put("platform", "android");
  }

  /** True if a living node says within some seconds that it is registered there. */
  public boolean isRegistered(long seconds) {
    try {
      return later("register", registration()).get(seconds, TimeUnit.SECONDS).getBoolean("success");
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void keep(String event, Object payload) {
    JsonObject json =
        switch (payload) {
          case JSONObject object -> new JsonObject(object.toString());
          case null -> new JsonObject();
          default -> new JsonObject().put("text", payload.toString());
        };
    inbox.keep(event, json);
  }

  /** A client that has connected and registered. */
  public static StockClient connected(
      URI url, String token, String userId, String deviceId, String... transports) {
    return new StockClient(url, token, userId, deviceId, transports).connect();
  }

  StockClient connect() {
    socket.connect();
    hear("registered");
    return this;
  }

  public String userId() {
    return userId;
  }

  /** Sends an event and waits for its acknowledgement. */
  public JsonObject ask(String event, JsonObject payload) {
    return inbox.acknowledgement(event, later(event, payload));
  }

  /** Sends an event whose acknowledgement is waited for later. */
  public CompletableFuture<JsonObject> later(String event, JsonObject payload) {
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    socket.emit(
        event,
        new Object[] {new JSONObject(payload.encode())},
        (Ack) args -> answer.complete(new JsonObject(args[0].toString())));
    return answer;
  }

  /** The oldest event of this name that was not asked for yet, once it has come. */
  public JsonObject hear(String event) {
    return inbox.hear(event);
  }

  /** As {@link #hear(String)}, within a time. */
  public JsonObject hear(String event, long seconds) {
    return inbox.hear(event, seconds);
  }

  /** The names of what it has heard so far, in order. */
  public List<String> heard() {
    return inbox.heard();
  }

  /** The payloads of all events of this name, in order. */
  public List<JsonObject> all(String event) {
    return inbox.all(event);
  }

  public boolean isConnected() {
    return socket.connected();
  }

  /** Calls somebody who hears it and accepts; the call's id. */
  public String call(StockClient callee) {
    JsonObject answer =
        ask(
            "call_initiate",
            new JsonObject().put("calleeId", callee.userId()).put("callType", "audio"));
    if (!answer.getBoolean("success")) {
      throw new AssertionError("no call: " + answer);
    }
    String callId = answer.getString("callId");
    Await.until(() -> callee.hear("incoming_call").getString("callId").equals(callId));
    JsonObject accepted = callee.ask("call_accept", new JsonObject().put("callId", callId));
    if (!accepted.getBoolean("success")) {
      throw new AssertionError("not accepted: " + accepted);
    }
    hear("call_accept");
    return callId;
  }

  @Override
  public void close() {
    socket.disconnect();
  }
}
