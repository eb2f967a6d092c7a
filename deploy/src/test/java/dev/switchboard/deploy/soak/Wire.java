package dev.switchboard.deploy.soak;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection that carries texts, in order. May be used from every thread. */
interface Wire {
  Duration PATIENCE = Duration.ofSeconds(30);

  /** Sends a text after those before it; what can't be sent is lost, as with the connection. */
  void send(String text);

  /** Ends without a word, as a phone that has lost its network. */
  void drop();

  /** A WebSocket, once it is open. Texts come to {@code heard}. */
  static Wire webSocket(HttpClient client, URI url, Consumer<String> heard) {
    WebSocket socket =
        client
            .newWebSocketBuilder()
            .connectTimeout(PATIENCE)
            .buildAsync(url, new Listener(heard))
            .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .join();
    return new OverWebSocket(socket);
  }

  /** Long polling of Engine.IO 4, once it has a session. Packets come to {@code heard}. */
  static Wire polling(HttpClient client, URI server, Consumer<String> heard) {
    return new Polling(client, server.resolve("/socket.io/?EIO=4&transport=polling"), heard);
  }

  /** Puts pieces together. */
  final class Listener implements WebSocket.Listener {
    private final Consumer<String> heard;
    private final StringBuilder text = new StringBuilder();

    private Listener(Consumer<String> heard) {
      this.heard = heard;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        String whole = text.toString();
        text.setLength(0);
        heard.accept(whole);
      }
      from.request(1);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      // What waits for an answer will say that none came.
    }
  }

  /** One that waits with each text until the one before has gone. */
  final class OverWebSocket implements Wire {
    private final WebSocket socket;
    private CompletableFuture<WebSocket> last;

    private OverWebSocket(WebSocket socket) {
      this.socket = socket;
      this.last = CompletableFuture.completedFuture(socket);
    }

    @Override
    public synchronized void send(String text) {
      last = last.thenCompose(ready -> ready.sendText(text, true)).exceptionally(failure -> socket);
    }

    @Override
    public void drop() {
      socket.abort();
    }
  }

  /** One that always has a request waiting. */
  final class Polling implements Wire {
    /** Between packets of one body. */
    private static final String SEPARATOR = "\u001e";

    private final HttpClient client;
    private final URI url;
    private final Consumer<String> heard;
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);
    private volatile @Nullable CompletableFuture<?> poll;
    private volatile boolean over;

    private Polling(HttpClient client, URI url, Consumer<String> heard) {
      this.client = client;
      this.heard = heard;
      String open = get(url).join();
      String sid = new JsonObject(open.substring(1)).getString("sid");
      this.url = URI.create(url + "&sid=" + sid);
      heard.accept(open);
      next();
    }

    private CompletableFuture<String> get(URI from) {
      CompletableFuture<String> body = new CompletableFuture<>();
      var answer =
          client.sendAsync(
              HttpRequest.newBuilder(from).timeout(PATIENCE.multipliedBy(3)).build(),
              BodyHandlers.ofString());
      answer.whenComplete(
          (got, failure) -> {
            if (failure != null) {
              body.completeExceptionally(failure);
            } else if (got.statusCode() != 200) {
              body.completeExceptionally(new IllegalStateException(got.body()));
            } else {
              body.complete(got.body());
            }
          });
      body.whenComplete(
          (text, failure) -> {
            if (body.isCancelled()) {
              answer.cancel(true);
            }
          });
      return body;
    }

    private void next() {
      CompletableFuture<String> asked = get(url);
      poll = asked;
      if (over) {
        asked.cancel(true);
      }
      asked.thenAccept(
          body -> {
            for (String packet : body.split(SEPARATOR, -1)) {
              heard.accept(packet);
            }
            if (!over) {
              next();
            }
          });
    }

    @Override
    public synchronized void send(String text) {
      HttpRequest post =
          HttpRequest.newBuilder(url)
              .timeout(PATIENCE)
              .header("Content-Type", "text/plain;charset=UTF-8")
              .POST(BodyPublishers.ofString(text))
              .build();
      last =
          last.handle((sent, failure) -> client.sendAsync(post, BodyHandlers.discarding()))
              .thenCompose(sent -> sent);
    }

    @Override
    public void drop() {
      over = true;
      CompletableFuture<?> asked = poll;
      if (asked != null) {
        asked.cancel(true);
      }
    }
  }
}
