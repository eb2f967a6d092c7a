package dev.switchboard.signaling.socketio.engine;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the headers of incoming WebSocket frames (RFC 6455 section 5.2) before anything of a frame
 * is gathered, and lets none through that is larger than its connection may send now, or against
 * the rules. The HTTP server's own limit is one for all connections and must be as large as the
 * largest, and for a broken rule it cuts the connection without a Close frame. Belongs to the event
 * loop of the connection.
 */
public final class FrameGuard extends ChannelInboundHandlerAdapter {
  private static final int MASK_BYTES = 4;
  private static final int FINAL = 0x80;
  private static final int RESERVED = 0x70;
  private static final int CONTROL = 0x8;
  private static final int LAST_DATA_OPCODE = 0x2;
  private static final int LAST_CONTROL_OPCODE = 0xa;
  private static final int MAX_CONTROL_BYTES = 125;
  private static final int LENGTH_BITS = 0x7f;
  private static final int TWO_BYTES_FOLLOW = 126;
  private static final int EIGHT_BYTES_FOLLOW = 127;

  private final IntSupplier maxBytes;
  private final Consumer<WebSocketMessages.Fault> refusal;
  private final byte[] header = new byte[10];
  private int headerRead;
  private long payloadLeft;
  private boolean continued;
  private boolean refused;

  FrameGuard(IntSupplier maxBytes, Consumer<WebSocketMessages.Fault> refusal) {
    this.maxBytes = maxBytes;
    this.refusal = refusal;
  }

  /**
   * Puts a guard before the frame decoder of a WebSocket. Called on its event loop, as soon as it
   * is open and before anything has come over it.
   *
   * @param maxBytes asked for each frame
   * @param refusal called at most once, on the event loop of the connection; nothing more is
   *     received then
   */
  public static void install(
      ServerWebSocket webSocket, IntSupplier maxBytes, Consumer<WebSocketMessages.Fault> refusal) {
    ChannelPipeline pipeline = ((WebSocketInternal) webSocket).channelHandlerContext().pipeline();
    ChannelHandlerContext decoder = pipeline.context(WebSocketFrameDecoder.class);
    pipeline.addBefore(decoder.name(), "frame-guard", new FrameGuard(maxBytes, refusal));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      context.fireChannelRead(message);
      return;
    }
    WebSocketMessages.Fault fault = refused ? null : fault(bytes);
    if (fault != null) {
      refused = true;
      bytes.release();
      refusal.accept(fault);
    } else if (refused) {
      bytes.release();
    } else {
      context.fireChannelRead(bytes);
    }
  }

  private WebSocketMessages.@Nullable Fault fault(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end) {
      if (payloadLeft > 0) {
        long step = Math.min(payloadLeft, end - at);
        payloadLeft -= step;
        at += (int) step;
      } else {
        header[headerRead++] = bytes.getByte(at++);
        // At once: the decoder has these two bytes already if no more of the header has come.
        if (headerRead == 2 && isMalformed()) {
          return WebSocketMessages.Fault.MALFORMED;
        }
        if (headerRead >= 2 && headerRead == headerBytes()) {
          long length = length();
          if (!isShortest(length)) {
            return WebSocketMessages.Fault.MALFORMED;
          }
          if (length < 0 || length > maxBytes.getAsInt()) {
            return WebSocketMessages.Fault.TOO_LARGE;
          }
          payloadLeft = length + MASK_BYTES;
          headerRead = 0;
        }
      }
    }
    return null;
  }

  /** Of what the first two bytes say; keeps in mind whether a message is to be continued. */
  private boolean isMalformed() {
    int opcode = header[0] & 0x0f;
    boolean last = (header[0] & FINAL) != 0;
    boolean masked = header[1] < 0;
    // No extension is ever agreed on that would give the reserved bits a meaning.
    if (!masked || (header[0] & RESERVED) != 0) {
      return true;
    }
    if ((opcode & CONTROL) != 0) {
      boolean tooLong = (header[1] & LENGTH_BITS) > MAX_CONTROL_BYTES;
      return opcode > LAST_CONTROL_OPCODE || !last || tooLong;
    }
    boolean begins = opcode != 0;
    boolean outOfOrder = begins == continued;
    continued = !last;
    return opcode > LAST_DATA_OPCODE || outOfOrder;
  }

  private boolean isShortest(long length) {
    return switch (headerBytes()) {
      case 4 -> length >= TWO_BYTES_FOLLOW;
      case 10 -> length < 0 || length > 0xffff;
      default -> true;
    };
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
