package dev.switchboard.signaling.socketio.engine;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.function.IntSupplier;

/**
 * Reads the headers of incoming WebSocket frames (RFC 6455 section 5.2) before anything of a frame
 * is gathered, and lets none through that is larger than its connection may send now. The HTTP
 * server's own limit is one for all connections and must be as large as the largest. Belongs to the
 * event loop of the connection.
 */
public final class FrameGuard extends ChannelInboundHandlerAdapter {
  private static final int MASK_BYTES = 4;
  private static final int LENGTH_BITS = 0x7f;
  private static final int TWO_BYTES_FOLLOW = 126;
  private static final int EIGHT_BYTES_FOLLOW = 127;

  private final IntSupplier maxBytes;
  private final Runnable exceeded;
  private final byte[] header = new byte[10];
  private int headerRead;
  private long payloadLeft;
  private boolean refused;

  private FrameGuard(IntSupplier maxBytes, Runnable exceeded) {
    this.maxBytes = maxBytes;
    this.exceeded = exceeded;
  }

  /**
   * Puts a guard before the frame decoder of a WebSocket. Called on its event loop, as soon as it
   * is open and before anything has come over it.
   *
   * @param maxBytes asked for each frame
   * @param exceeded called once, on the event loop of the connection; nothing more is received then
   */
  public static void install(ServerWebSocket webSocket, IntSupplier maxBytes, Runnable exceeded) {
    ChannelPipeline pipeline = ((WebSocketInternal) webSocket).channelHandlerContext().pipeline();
    ChannelHandlerContext decoder = pipeline.context(WebSocketFrameDecoder.class);
    pipeline.addBefore(decoder.name(), "frame-guard", new FrameGuard(maxBytes, exceeded));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      context.fireChannelRead(message);
      return;
    }
    if (!refused && !passes(bytes)) {
      refused = true;
      bytes.release();
      exceeded.run();
    } else if (refused) {
      bytes.release();
    } else {
      context.fireChannelRead(bytes);
    }
  }

  private boolean passes(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end) {
      if (payloadLeft > 0) {
        long step = Math.min(payloadLeft, end - at);
        payloadLeft -= step;
        at += (int) step;
      } else {
        header[headerRead++] = bytes.getByte(at++);
        if (headerRead >= 2 && headerRead == headerBytes()) {
          long length = length();
          if (length < 0 || length > maxBytes.getAsInt()) {
            return false;
          }
          payloadLeft = length + (header[1] < 0 ? MASK_BYTES : 0);
          headerRead = 0;
        }
      }
    }
    return true;
  }

  /** Without the mask, which counts as payload here. */
  private int headerBytes() {
    return switch (header[1] & LENGTH_BITS) {
      case TWO_BYTES_FOLLOW -> 4;
      case EIGHT_BYTES_FOLLOW -> 10;
      default -> 2;
    };
  }

  private long length() {
    int bytes = headerBytes();
    if (bytes == 2) {
      return header[1] & LENGTH_BITS;
    }
    long length = 0;
    for (int i = 2; i < bytes; i++) {
      length = length << 8 | (header[i] & 0xff);
    }
    return length;
  }
}
