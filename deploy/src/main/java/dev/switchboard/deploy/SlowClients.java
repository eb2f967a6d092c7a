package dev.switchboard.deploy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What becomes of clients that send their requests slowly, or open connections and do nothing with
 * them: they are closed, so that they can't hold what others need. Give each server's connections
 * to it, and its requests to {@link #watch}.
 */
final class SlowClients implements Handler<HttpConnection> {
  private static final int LEAST_BYTES_PER_SECOND = 500;
  private static final int CANCEL = 8;

  /**
   * How long a client has.
   *
   * @param request from the first byte of a request to its last; each 500 bytes of a body add a
   *     second, so that what is large may come by a slow link
   * @param idle between the answer to a request and the next request
   */
  record Times(Duration request, Duration idle) {
    long nanosFor(long bodyBytes) {
      return request.toNanos() + TimeUnit.SECONDS.toNanos(bodyBytes / LEAST_BYTES_PER_SECOND);
    }
  }

  private final Vertx vertx;
  private final Times times;

  SlowClients(Vertx vertx, Times times) {
    this.vertx = vertx;
    this.times = times;
  }

  @Override
  public void handle(HttpConnection connection) {
    ChannelHandlerContext last = ((ConnectionBase) connection).channelHandlerContext();
    ChannelPipeline pipeline = last.pipeline();
    if (pipeline.get(HttpRequestDecoder.class) != null) {
      pipeline.addBefore(last.name(), "request-deadline", new RequestDeadline(times));
    } else {
      pipeline.addBefore(last.name(), "idle-http2", new IdleHttp2(times.idle()));
    }
  }

  /**
   * Resets a request of HTTP/2 whose body does not arrive in time. Others are watched by their
   * connection.
   */
  void watch(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2 && !request.isEnded()) {
      look(request, System.nanoTime(), times.request().toNanos());
    }
  }

  private void look(HttpServerRequest request, long begunAt, long afterNanos) {
    vertx.setTimer(
        Math.max(1, TimeUnit.NANOSECONDS.toMillis(afterNanos)),
        timer -> {
          if (request.isEnded()) {
            return;
          }
          long left = begunAt + times.nanosFor(request.bytesRead()) - System.nanoTime();
          if (left <= 0) {
            request.response().reset(CANCEL);
          } else {
            look(request, begunAt, left);
          }
        });
  }

  /** Closes a connection of HTTP/2 without requests. */
  private static final class IdleHttp2 extends IdleStateHandler {
    IdleHttp2(Duration idle) {
      super(0, 0, idle.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
      Http2ConnectionHandler http2 = context.pipeline().get(Http2ConnectionHandler.class);
      if (http2 == null || http2.connection().numActiveStreams() == 0) {
        context.close();
      }
    }
  }
}
