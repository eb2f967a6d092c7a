package dev.switchboard.deploy.load;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What signaling on Vert.x can't cost less than: a WebSocket whose text frames go to its peer as
 * they are. There is no protocol in them, nobody signs in, and nothing is looked up anywhere.
 * {@code BareRelay PORT}; sockets whose paths differ in the last letter only are peers.
 */
public final class BareRelay {
  private static final int BACKLOG = 1_024;
  private static final long OPEN_SECONDS = 30;

  /** By path. Used on the one event loop. */
  private final Map<String, ServerWebSocket> open = new HashMap<>();

  private BareRelay() {}

  public static void main(String[] words) throws Exception {
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost("127.0.0.1")
            .setPort(Integer.parseInt(words[0]))
            .setAcceptBacklog(BACKLOG)
            .setPerMessageWebSocketCompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false);
    vertx
        .createHttpServer(options)
        .webSocketHandler(new BareRelay()::take)
        .listen()
        .await(OPEN_SECONDS, TimeUnit.SECONDS);
  }

  private void take(ServerWebSocket socket) {
    String path = socket.path();
    int last = path.length() - 1;
    String peer = path.substring(0, last) + (path.charAt(last) == 'a' ? 'b' : 'a');
    open.put(path, socket);
    socket.closeHandler(closed -> open.remove(path, socket));
    socket.textMessageHandler(
        text -> {
          ServerWebSocket to = open.get(peer);
          if (to != null) {
            to.writeTextMessage(text);
          }
        });
  }
}
