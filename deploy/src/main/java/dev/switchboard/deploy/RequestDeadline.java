package dev.switchboard.deploy;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection of HTTP/1.1 whose request does not arrive in time, or over which nothing goes
 * any more. As long as a request is answered, which a poll is after half a minute, it waits. A
 * WebSocket has deadlines of its own: with the upgrade this handler leaves. Belongs to the event
 * loop of its connection, between the codec and what Vert.x makes of it.
 */
final class RequestDeadline extends ChannelDuplexHandler {
  private static final long NONE = Long.MAX_VALUE;

  private final SlowClients.Times times;
  private long idleSince = System.nanoTime();
  private long begunAt;
  private long bodyBytes;
  private boolean receiving;
  private boolean decoded;
  private int unanswered;
  private long leftToSend;
  private long checkAt = NONE;
  private @Nullable ScheduledFuture<?> check;

  RequestDeadline(SlowClients.Times times) {
    this.times = times;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    arm(context);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    cancel();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    cancel();
    context.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    decoded = true;
    if (message instanceof HttpRequest) {
      begin();
      unanswered++;
    }
    if (message instanceof HttpContent content) {
      bodyBytes += content.content().readableBytes();
    }
    if (message instanceof LastHttpContent) {
      receiving = false;
    }
    context.fireChannelRead(message);
  }

  /** Also told where what was read was not enough to decode anything: half a head. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (!decoded) {
      begin();
    }
    decoded = false;
    arm(context);
    context.fireChannelReadComplete();
  }

  private void begin() {
    if (!receiving) {
      receiving = true;
      begunAt = System.nanoTime();
      bodyBytes = 0;
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    context.write(message, promise);
    if (message instanceof HttpResponse head
        && head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
      if (head.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
        context.pipeline().remove(this);
      }
    } else if (message instanceof LastHttpContent) {
      unanswered = Math.max(0, unanswered - 1);
      idleSince = System.nanoTime();
      arm(context);
    }
  }

  /** In the terms of {@link System#nanoTime}. */
  private long deadline() {
    if (receiving) {
      return begunAt + times.nanosFor(bodyBytes);
    }
    return unanswered > 0 ? NONE : idleSince + times.idle().toNanos();
  }

  private void arm(ChannelHandlerContext context) {
    long deadline = deadline();
    if (deadline == NONE || (check != null && checkAt - deadline <= 0) || context.isRemoved()) {
      return;
    }
    cancel();
    checkAt = deadline;
    check =
        context
            .executor()
            .schedule(
                () -> check(context),
                Math.max(0, deadline - System.nanoTime()),
                TimeUnit.NANOSECONDS);
  }

  private void cancel() {
    if (check != null) {
      check.cancel(false);
      check = null;
    }
  }

  private void check(ChannelHandlerContext context) {
    check = null;
    long now = System.nanoTime();
    long deadline = deadline();
    if (deadline == NONE) {
      return;
    }
    if (now - deadline < 0) {
      arm(context);
    } else if (receiving && !context.channel().config().isAutoRead()) {
      // It is we who do not read: the client may have sent all of it.
      begunAt = now;
      arm(context);
    } else if (!receiving && answerMoves(context)) {
      idleSince = now;
      arm(context);
    } else {
      context.close();
    }
  }

  /** Whether less is left of an answer than at the last look: its client is slow, but reads. */
  private boolean answerMoves(ChannelHandlerContext context) {
    ChannelOutboundBuffer buffer = context.channel().unsafe().outboundBuffer();
    long left =
        buffer == null
            ? 0
            : buffer.totalPendingWriteBytes() - Math.max(0, buffer.currentProgress());
    boolean moves = left > 0 && left != leftToSend;
    leftToSend = left;
    return moves;
  }
}
