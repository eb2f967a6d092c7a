package dev.switchboard.signaling.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The opening handshake (RFC 6455 section 4.2). It takes the connection out of the HTTP server's
 * hands, with all that the server keeps for each.
 */
public final class WebSocketUpgrade {
  private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final String VERSION = "13";
  private static final int UPGRADE_REQUIRED = 426;
  private static final int CRLF = 0x0d0a;
  private static final int ANSWER_BYTES = 512;

  private WebSocketUpgrade() {}

  /**
   * Accepts an upgrade. Of subprotocols that are offered the first is agreed on: clients that offer
   * any fail without one. The headers that the response has already go along.
   *
   * <p>Called on the event loop of the connection, where the future completes. It fails where the
   * request is no handshake; if its version is to blame it has been answered then.
   *
   * @param flusher of the event loop that will send
   */
  public static Future<WebSocketChannel> accept(HttpServerRequest request, LoopFlusher flusher) {
    String key = request.getHeader("sec-websocket-key");
    if (key == null || !isHandshake(request)) {
      return Future.failedFuture("not a WebSocket handshake");
    }
    if (!VERSION.equals(request.getHeader("sec-websocket-version"))) {
      request
          .response()
          .setStatusCode(UPGRADE_REQUIRED)
          .putHeader("sec-websocket-version", VERSION)
          .end();
      return Future.failedFuture("not a version of WebSocket that is spoken here");
    }
    Promise<WebSocketChannel> taken = Promise.promise();
    // Only with the request read to its end is the connection free for frames.
    request.exceptionHandler(taken::tryFail);
    request.endHandler(end -> taken.tryComplete(takeOver(request, key, flusher)));
    request.resume();
    return taken.future();
  }

  private static boolean isHandshake(HttpServerRequest request) {
    String connection = request.getHeader("connection");
    return request.version() == HttpVersion.HTTP_1_1
        && HttpMethod.GET.equals(request.method())
        && "websocket".equalsIgnoreCase(request.getHeader("upgrade"))
        && connection != null
        && connection.toLowerCase(Locale.ROOT).contains("upgrade");
  }

  private static WebSocketChannel takeOver(
      HttpServerRequest request, String key, LoopFlusher flusher) {
    ConnectionBase connection = (ConnectionBase) request.connection();
    Channel channel = connection.channel();
    ChannelPipeline pipeline = channel.pipeline();
    WebSocketChannel webSocket = new WebSocketChannel(channel, connection.context(), flusher);
    List<ChannelHandler> before = new ArrayList<>();
    pipeline.forEach(entry -> before.add(entry.getValue()));
    pipeline.addLast("websocket", webSocket);
    // From the last to the first: what the decoder has read too much comes to us.
    for (ChannelHandler handler : before.reversed()) {
      if (!(handler instanceof SslHandler)) {
        pipeline.remove(handler);
      }
    }
    channel.config().setAutoRead(true);
    channel.writeAndFlush(answer(request, key, channel.alloc().ioBuffer(ANSWER_BYTES)));
    return webSocket;
  }

  private static ByteBuf answer(HttpServerRequest request, String key, ByteBuf to) {
    line(to, "HTTP/1.1 101 Switching Protocols");
    line(to, "upgrade: websocket");
    line(to, "connection: upgrade");
    line(to, "sec-websocket-accept: " + accept(key));
    String protocol = firstOf(request.getHeader("sec-websocket-protocol"));
    if (protocol != null) {
      line(to, "sec-websocket-protocol: " + protocol);
    }
    request.response().headers().forEach((name, value) -> line(to, name + ": " + value));
    line(to, "");
    return to;
  }

  private static void line(ByteBuf to, String text) {
    to.writeCharSequence(text, US_ASCII);
    to.writeShort(CRLF);
  }

  private static @Nullable String firstOf(@Nullable String protocols) {
    String first = protocols == null ? "" : protocols.split(",", 2)[0].strip();
    return first.isEmpty() ? null : first;
  }

  private static String accept(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest((key + ACCEPT_SUFFIX).getBytes(US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
