package dev.switchboard.deploy.testing;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An app in a two-person room: it comes back by itself and joins the room anew, also where it is
 * told that it is in none, or that its join could not be stored.
 */
public final class RoomApp implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final long BACK_MILLIS = 100;
  private static final long OUT_MILLIS = 500;

  private final URI url;
  private final JsonObject join;
  private final List<JsonObject> heard = new CopyOnWriteArrayList<>();
  private final List<Integer> closed = new CopyOnWriteArrayList<>();
  private volatile @Nullable WebSocket socket;
  private volatile boolean over;

  /** Connects to {@code url} and joins; returns at once. */
  public RoomApp(URI url, String roomId) {
    this(url, new JsonObject().put("roomId", roomId));
  }

  /** As {@link #RoomApp(URI, String)}, on a device that says which it is. */
  public RoomApp(URI url, String roomId, String deviceId) {
    this(url, new JsonObject().put("roomId", roomId).put("deviceId", deviceId));
  }

  private RoomApp(URI url, JsonObject place) {
    this.url = URI.create(url.toString().replaceFirst("http", "ws") + "/ws");
    this.join = place.put("type", "join_room");
    connect();
  }

  private void connect() {
    if (over) {
      return;
    }
    HTTP.newWebSocketBuilder()
        .buildAsync(url, new Line())
        .whenComplete(
            (opened, failure) -> {
              if (failure == null) {
                socket = opened;
                opened.sendText(join.encode(), true);
              } else {
                comeBack();
              }
            });
  }

  private void comeBack() {
    socket = null;
    CompletableFuture.delayedExecutor(BACK_MILLIS, TimeUnit.MILLISECONDS).execute(this::connect);
  }

  private final class Line implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        JsonObject message = new JsonObject(text.toString());
        heard.add(message);
        text.setLength(0);
        if (isOut(message)) {
          CompletableFuture.delayedExecutor(OUT_MILLIS, TimeUnit.MILLISECONDS)
              .execute(() -> from.sendText(join.encode(), true));
        }
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      closed.add(status);
      comeBack();
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      closed.add(0);
      comeBack();
    }
  }

  private static boolean isOut(JsonObject message) {
    return "error".equals(message.getString("type"))
        && ("E503".equals(message.getString("code"))
            || message.getString("error", "").startsWith("Not in a "));
  }

  /** Sends a message to the other one; false while it is not connected. */
  public boolean send(String type, String name, Object value) {
    WebSocket open = socket;
    if (open == null) {
      return false;
    }
    open.sendText(new JsonObject().put("type", type).put(name, value).encode(), true);
    return true;
  }

  /** Sends a message that is its type alone; false while it is not connected. */
  public boolean send(String type) {
    return send(type, "at", System.nanoTime());
  }

  /** The types of all that it has heard, in order. */
  public List<String> types() {
    return heard.stream().map(it -> it.getString("type")).toList();
  }

  /** Everything of this type that it has heard. */
  public List<JsonObject> all(String type) {
    return heard.stream().filter(it -> type.equals(it.getString("type"))).toList();
  }

  /** The status with which each of its sockets was closed; 0 where none was told. */
  public List<Integer> closed() {
    return closed;
  }

  @Override
  public void close() {
    over = true;
    WebSocket open = socket;
    if (open != null) {
      open.abort();
    }
  }
}
