package dev.switchboard.deploy.chaos;

import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Socket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import org.json.JSONArray;
import org.json.JSONObject;
import org.jspecify.annotations.Nullable;

/**
 * The official Java client of Socket.IO, which comes back by itself. What it hears, answers
 * included, it passes on in order, and on one thread for all phones.
 */
final class Phone implements AutoCloseable {
  /** Heard when it is connected. */
  static final String UP = "(connect)";

  /** Heard when its connection has ended. */
  static final String DOWN = "(disconnect)";

  private static final long ANSWER_MILLIS = 8_000;
  private static final OkHttpClient HTTP = http();

  private final Socket socket;

  Phone(URI url, String token, BiConsumer<String, JsonObject> heard) {
    IO.Options options = new IO.Options();
    options.forceNew = true;
    options.reconnectionDelay = 200;
    options.reconnectionDelayMax = 1_000;
    options.timeout = 5_000;
    options.transports = new String[] {"websocket"};
    options.auth = Map.of("token", token);
    options.callFactory = HTTP;
    options.webSocketFactory = HTTP;
    socket = IO.socket(url, options);
    socket.on(Socket.EVENT_CONNECT, args -> heard.accept(UP, new JsonObject()));
    socket.on(Socket.EVENT_DISCONNECT, args -> heard.accept(DOWN, new JsonObject()));
    socket.onAnyIncoming(
        args -> heard.accept((String) args[0], json(args.length > 1 ? args[1] : null)));
  }

  /** Begins to connect. */
  void open() {
    socket.connect();
  }

  /** The library's own takes five requests to a host. */
  private static OkHttpClient http() {
    Dispatcher dispatcher = new Dispatcher();
    dispatcher.setMaxRequests(1_000);
    dispatcher.setMaxRequestsPerHost(1_000);
    return new OkHttpClient.Builder()
        .dispatcher(dispatcher)
        .readTimeout(1, TimeUnit.MINUTES)
        .build();
  }

  /** Lists stand under {@code list}. */
  private static JsonObject json(@Nullable Object payload) {
    return switch (payload) {
      case JSONObject object -> new JsonObject(object.toString());
      case JSONArray list -> new JsonObject().put("list", new JsonArray(list.toString()));
      case null, default -> new JsonObject();
    };
  }

  /**
   * Sends an event and waits for its answer; null if none comes in time. {@code answered} gets one
   * that is late all the same, in the order of what is heard.
   */
  @Nullable JsonObject ask(String event, JsonObject payload, Consumer<JsonObject> answered) {
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    Ack ack =
        args -> {
          JsonObject it = json(args[0]);
          answered.accept(it);
          answer.complete(it);
        };
    socket.emit(event, new Object[] {new JSONObject(payload.encode())}, ack);
    try {
      return answer.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends an event without asking for an answer. */
  void send(String event, JsonObject payload) {
    socket.emit(event, new JSONObject(payload.encode()));
  }

  @Override
  public void close() {
    socket.disconnect();
  }
}
