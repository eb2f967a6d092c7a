package dev.switchboard.shared.testing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A WebSocket that sends whatever a test wants, and the texts that it has received, in order. */
public class RawSocket implements AutoCloseable {
  /** What it has received when the server has closed it. */
  public static final String CLOSED = "(closed)";

  private static final int MOST_BYTES = 100_000_000;
  private static final long SECONDS = 20;

  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  // Held: Vert.x closes a client that nobody refers to, and its connections with it.
  private final WebSocketClient client;
  private final ClientWebSocket socket;

  /** One that is not connected yet. */
  public RawSocket(Vertx vertx) {
    client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxFrameSize(MOST_BYTES).setMaxMessageSize(MOST_BYTES));
    socket = client.webSocket();
    // Before it connects, or what comes at once may be missed.
    socket.textMessageHandler(this::received);
    socket.exceptionHandler(failure -> {});
    socket.closeHandler(closed -> received(CLOSED));
  }

  /** A path of a server on loopback, such as {@code http://127.0.0.1:3000}. */
  public static WebSocketConnectOptions to(String url, String path) {
    URI server = URI.create(url);
    return new WebSocketConnectOptions()
        .setHost(server.getHost())
        .setPort(server.getPort())
        .setAllowOriginHeader(false)
        .setURI(path);
  }

  /** Engine.IO on such a server; {@code more} is added to the query. */
  public static WebSocketConnectOptions toEngineIo(String url, String more) {
    return to(url, "/socket.io/?EIO=4&transport=websocket" + more);
  }

  /** The request of a WebSocket, for a test that writes its frames itself. */
  public static byte[] upgradeRequest(String path) {
    return """
    GET %s HTTP/1.1\r
    Host: localhost\r
    Upgrade: websocket\r
    Connection: Upgrade\r
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
    Sec-WebSocket-Version: 13\r
    \r
    """
        .formatted(path)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Connects; fails where the upgrade is refused. */
  public Future<WebSocket> connect(WebSocketConnectOptions to) {
    return socket.connect(to);
  }

  /** Takes a text that has come. */
  protected void received(String text) {
    received.add(text);
  }

  public void send(String text) {
    socket.writeTextMessage(text);
  }

  /** The next text. */
  public String next() {
    try {
      String text = received.poll(SECONDS, TimeUnit.SECONDS);
      if (text == null) {
        throw new AssertionError("received nothing; closed: " + socket.isClosed());
      }
      return text;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The next text, which must begin so. */
  public String next(String beginning) {
    String text = next();
    if (!text.startsWith(beginning)) {
      throw new AssertionError("expected " + beginning + ", received " + text);
    }
    return text;
  }

  /** For what is not a text. */
  public WebSocket webSocket() {
    return socket;
  }

  @Override
  public void close() {
    if (!socket.isClosed()) {
      socket.resume();
      Await.await(socket.close());
    }
    Await.await(client.close());
  }
}
