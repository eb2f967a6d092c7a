package dev.switchboard.signaling.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.ShutdownEvent;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An open WebSocket: the last handler of its channel, and where the HTTP server is done with the
 * connection the only one but that of TLS.
 *
 * <p>It receives on the event loop of the connection, in the Vert.x context of whoever took the
 * connection over. It sends from one thread, which may be another: what is sent within one turn of
 * that thread's loop is gathered and leaves as one.
 */
public final class WebSocketChannel extends ChannelInboundHandlerAdapter
    implements LoopFlusher.Flushable {
  /** Hears of a WebSocket, on the event loop of the connection. */
  public interface Listener {
    /** The largest message that may come now, in bytes. */
    int maxMessageBytes();

    void text(String message);

    void binary(Buffer message);

    /** A pong came, whether it was asked for or not. */
    default void pong() {}

    /** The client broke a rule: nothing more is received, and it is to be told by a close. */
    void refused(Fault fault);

    /** The connection has ended. Nothing follows. */
    void closed();
  }

  private static final int GOING_AWAY = 1001;
  private static final long CLOSE_GRACE_SECONDS = 3;

  /** What is gathered at first, and the size from which on a payload leaves by itself. */
  private static final int GATHERED_BYTES = 512;

  private static final int LARGE_BYTES = 32 * 1024;

  private final Channel channel;
  private final ContextInternal context;
  private final LoopFlusher flusher;
  private final FrameReader reader = new FrameReader(new Received());
  private @Nullable Listener listener;
  private @Nullable Future<?> grace;
  private boolean closing;
  private boolean pongsWait;
  private boolean inactive;

  // Of whoever sends.
  private @Nullable ByteBuf outgoing;
  private boolean flushScheduled;
  private int lastHead;
  private long lastProgress;

  /**
   * A WebSocket that receives nothing before {@link #start}.
   *
   * @param context of the event loop of the connection
   * @param flusher of the event loop that will send
   */
  WebSocketChannel(Channel channel, ContextInternal context, LoopFlusher flusher) {
    this.channel = channel;
    this.context = context;
    this.flusher = flusher;
  }

  /** The bytes of a text frame, for {@link #send(byte[])}. Any thread. */
  public static byte[] frame(String text) {
    return FrameWriter.text(text);
  }

  /** The event loop of the connection. */
  public EventLoop loop() {
    return channel.eventLoop();
  }

  // ---- what comes

  /** Begins to receive. Called once, on the loop of the connection. */
  public void start(Listener newListener) {
    listener = newListener;
    if (inactive) {
      newListener.closed();
    } else {
      setReading(true);
    }
  }

  private void dispatch(Runnable task) {
    ContextInternal before = context.beginDispatch();
    try {
      task.run();
    } finally {
      context.endDispatch(before);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext read, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      // The end of the HTTP request that brought us here.
      ReferenceCountUtil.release(message);
      return;
    }
    if (reader.isPaused()) {
      // That is enough to keep.
      channel.config().setAutoRead(false);
    }
    ContextInternal before = context.beginDispatch();
    try {
      reader.read(channel.alloc(), bytes);
    } finally {
      context.endDispatch(before);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext read) {
    if (pongsWait) {
      pongsWait = false;
      read.flush();
    }
  }

  /** Reads on, or no further. Any thread. */
  public void reading(boolean on) {
    EventLoop loop = loop();
    if (loop.inEventLoop()) {
      setReading(on);
    } else {
      loop.execute(() -> setReading(on));
    }
  }

  private void setReading(boolean on) {
    if (!on && !closing) {
      reader.pause();
    } else if (reader.isPaused()) {
      channel.config().setAutoRead(true);
      dispatch(reader::resume);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ended) {
    inactive = true;
    reader.stop();
    if (grace != null) {
      grace.cancel(false);
    }
    Listener told = listener;
    if (told != null) {
      dispatch(told::closed);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
    // A reset, or TLS gone wrong: there is nobody to tell.
    failed.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext told, Object event) {
    if (event instanceof ShutdownEvent) {
      closeNow(GOING_AWAY);
    } else {
      ReferenceCountUtil.release(event);
    }
  }

  // ---- what goes

  /** Sends a text message. */
  public void send(String message) {
    write(FrameWriter.FINAL_TEXT, message.getBytes(UTF_8));
  }

  /** Sends a text message as {@link #frame} made it. */
  public void send(byte[] frame) {
    if (frame.length < LARGE_BYTES) {
      outgoing(frame.length).writeBytes(frame);
    } else {
      writeAlone(Unpooled.wrappedBuffer(frame));
    }
  }

  /** Sends a binary message. */
  public void send(Buffer message) {
    int length = message.length();
    // The buffer stays the caller's: writing must not release it.
    ByteBuf payload = ((BufferInternal) message).getByteBuf();
    ByteBuf out = outgoing(FrameWriter.MAX_HEADER_BYTES);
    FrameWriter.header(out, FrameWriter.FINAL_BINARY, length);
    if (length < LARGE_BYTES) {
      out.writeBytes(payload, payload.readerIndex(), length);
    } else {
      writeAlone(Unpooled.unreleasableBuffer(payload.slice()));
    }
  }

  /** Sends a ping, which the client answers. */
  public void ping() {
    write(FrameWriter.PING, new byte[0]);
  }

  private void write(int firstByte, byte[] payload) {
    ByteBuf out = outgoing(FrameWriter.MAX_HEADER_BYTES);
    FrameWriter.header(out, firstByte, payload.length);
    if (payload.length < LARGE_BYTES) {
      out.writeBytes(payload);
    } else {
      writeAlone(Unpooled.wrappedBuffer(payload));
    }
  }

  /** What this turn sends, with room for so many bytes more. */
  private ByteBuf outgoing(int bytes) {
    ByteBuf out = outgoing;
    if (out == null) {
      out = channel.alloc().ioBuffer(Math.max(GATHERED_BYTES, bytes));
      outgoing = out;
      if (!flushScheduled) {
        flushScheduled = true;
        flusher.later(this);
      }
    }
    return out;
  }

  private void writeAlone(ByteBuf bytes) {
    passOn();
    channel.write(bytes, channel.voidPromise());
    if (!flushScheduled) {
      flushScheduled = true;
      flusher.later(this);
    }
  }

  private void passOn() {
    ByteBuf out = outgoing;
    if (out != null) {
      outgoing = null;
      channel.write(out, channel.voidPromise());
    }
  }

  /** Passes what was sent on to the connection, now instead of at the end of the turn. */
  @Override
  public void flush() {
    flushScheduled = false;
    passOn();
    channel.flush();
  }

  /** Bytes sent and not yet taken by the connection. */
  public long bytesWaiting() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    ByteBuf out = outgoing;
    return (buffer == null ? 0 : buffer.totalPendingWriteBytes())
        + (out == null ? 0 : out.readableBytes());
  }

  /** True if anything has left since the last call. */
  public boolean moved() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    if (buffer == null) {
      return true;
    }
    // What is at the head and how far it has got: they stay only where nothing leaves.
    int head = System.identityHashCode(buffer.current());
    long progress = buffer.currentProgress();
    boolean moved = head != lastHead || progress != lastProgress;
    lastHead = head;
    lastProgress = progress;
    return moved;
  }

  // ---- the end

  /**
   * Closes after what waits has been sent. What still comes is thrown away; a client that does not
   * close within 3 s is cut off. Called by whoever sends.
   *
   * @param code as in RFC 6455 section 7.4
   */
  public void close(int code) {
    flush();
    EventLoop loop = loop();
    if (loop.inEventLoop()) {
      closeNow(code);
    } else {
      loop.execute(() -> closeNow(code));
    }
  }

  /** Cuts the connection at once and drops what waits. Any thread. */
  public void abort() {
    channel.close();
  }

  private void closeNow(int code) {
    if (!closing && !inactive) {
      writeClose(code);
      channel.flush();
      // The client's own Close frame, or the end of the connection, is still to be seen.
      setReading(true);
    }
  }

  private void writeClose(int code) {
    closing = true;
    grace = loop().schedule(this::abort, CLOSE_GRACE_SECONDS, TimeUnit.SECONDS);
    ByteBuf frame = channel.alloc().ioBuffer(4);
    FrameWriter.header(frame, FrameWriter.CLOSE, Short.BYTES);
    channel.write(frame.writeShort(code), channel.voidPromise());
  }

  /** Passes on what the reader finds, as long as it is not we who close. */
  private final class Received implements FrameReader.Sink {
    private @Nullable Listener open() {
      return closing ? null : listener;
    }

    @Override
    public int maxMessageBytes() {
      Listener told = listener;
      return told == null ? 0 : told.maxMessageBytes();
    }

    @Override
    public void text(String message) {
      Listener told = open();
      if (told != null) {
        told.text(message);
      }
    }

    @Override
    public void binary(Buffer message) {
      Listener told = open();
      if (told != null) {
        told.binary(message);
      }
    }

    @Override
    public void ping(byte[] bytes, int length) {
      // A client that does not read its pongs gets no more of them.
      if (!closing && channel.isWritable()) {
        ByteBuf frame = channel.alloc().ioBuffer(FrameWriter.MAX_HEADER_BYTES + length);
        FrameWriter.header(frame, FrameWriter.PONG, length);
        channel.write(frame.writeBytes(bytes, 0, length), channel.voidPromise());
        pongsWait = true;
      }
    }

    @Override
    public void pong() {
      Listener told = open();
      if (told != null) {
        told.pong();
      }
    }

    @Override
    public void closing(int code) {
      if (!closing) {
        writeClose(code);
      }
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void fault(Fault fault) {
      Listener told = open();
      if (told != null) {
        told.refused(fault);
      }
    }
  }
}
