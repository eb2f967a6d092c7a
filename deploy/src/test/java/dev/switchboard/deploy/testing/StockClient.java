package dev.switchboard.deploy.testing;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.SocketIoApp;
import io.socket.client.IO;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.OkHttpClient;

/** An app that reconnects by itself and registers each time it is connected. */
public final class StockClient extends SocketIoApp {
  private static final long SECONDS = 10;

  private final String userId;
  private final String deviceId;

  StockClient(URI url, String token, String userId, String deviceId, String... transports) {
    super(userId, url, options(token, transports), SECONDS);
    this.userId = userId;
    this.deviceId = deviceId;
    onConnect(() -> tell("register", registration()));
  }

  private static IO.Options options(String token, String... transports) {
    IO.Options options = once(token, transports);
    options.reconnection = true;
    options.reconnectionDelay = 50;
    options.reconnectionDelayMax = 500;
    options.timeout = 5_000;
    // The library's own is shared by all sockets of the JVM and takes five requests to a host.
    OkHttpClient http = new OkHttpClient.Builder().readTimeout(1, TimeUnit.MINUTES).build();
    options.callFactory = http;
    options.webSocketFactory = http;
    return options;
  }

  /** Sends an event now and each time it comes back, as it does with its registration. */
  public void tellWheneverConnected(String event, JsonObject payload) {
    onConnect(() -> tell(event, payload));
    tell(event, payload);
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

  /** A client that has connected and registered. */
  public static StockClient connected(
      URI url, String token, String userId, String deviceId, String... transports) {
    return new StockClient(url, token, userId, deviceId, transports).connect();
  }

  StockClient connect() {
    open();
    hear("registered");
    return this;
  }

  public String userId() {
    return userId;
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
}
