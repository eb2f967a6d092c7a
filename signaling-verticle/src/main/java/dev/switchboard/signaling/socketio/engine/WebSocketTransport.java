package dev.switchboard.signaling.socketio.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A Vert.x WebSocket. Frames are written to its Netty channel as ready bytes: no future per frame,
 * and the bytes of a frame for many are encoded once.
 *
 * <p>An upgrade may come in on another event loop than the session's. Then what is received hops to
 * the session's loop, in order, and Netty carries what is sent the other way.
 */
final class WebSocketTransport implements Transport, LoopFlusher.Flushable {
  static final String NAME = "websocket";
  private static final int MAX_HOPPING = 64;
  private static final long CLOSE_GRACE_MILLIS = 3000;

  private final ServerWebSocket webSocket;
  private final ChannelHandlerContext channel;
  private final EngineServer owner;
  private final WebSocketMessages messages = new WebSocketMessages();
  private final @Nullable AtomicInteger hopping;
  private volatile int maxMessageBytes;
  private volatile boolean reading = true;
  private @Nullable Listener listener;
  private boolean flushScheduled;
  private boolean closed;
  private int lastHead;
  private long lastProgress;

  WebSocketTransport(ServerWebSocket webSocket, EngineServer owner) {
    this.webSocket = webSocket;
    this.owner = owner;
    channel = ((WebSocketInternal) webSocket).channelHandlerContext();
    maxMessageBytes = owner.options().maxPayloadBytes();
    FrameGuard.install(webSocket, () -> maxMessageBytes, fault -> owner.run(() -> deliver(fault)));
    hopping = owner.isOn(channel.channel().eventLoop()) ? null : new AtomicInteger();
  }

  /**
   * Begins to receive. Called on the loop of the connection, after the listener was set or sent
   * for.
   */
  void start() {
    webSocket.frameHandler(this::received);
    webSocket.exceptionHandler(_ -> {});
    webSocket.closeHandler(_ -> owner.run(this::gone));
    if (webSocket.isClosed()) {
      owner.run(this::gone);
    }
  }

  void listener(Listener newListener) {
    listener = newListener;
  }

  private void received(WebSocketFrame frame) {
    Object message = messages.add(frame, maxMessageBytes);
    if (message == null) {
      return;
    }
    AtomicInteger underway = hopping;
    if (underway == null) {
      deliver(message);
      return;
    }
    if (underway.incrementAndGet() == MAX_HOPPING) {
      webSocket.pause();
    }
    owner.run(
        () -> {
          deliver(message);
          if (underway.decrementAndGet() == 0 && reading) {
            channel.channel().eventLoop().execute(webSocket::resume);
          }
        });
  }

  private void deliver(Object message) {
    Listener target = listener;
    if (closed || target == null) {
      return;
    }
    switch (message) {
      case String packet -> target.packet(packet);
      case Buffer binary -> target.binary(binary);
      case WebSocketMessages.Fault fault -> {
        close(fault.closeCode());
        target.ended(CloseCause.PARSE_ERROR);
      }
      default -> throw new IllegalArgumentException(message.getClass().getName());
    }
  }

  private void gone() {
    Listener target = listener;
    if (closed) {
      return;
    }
    closed = true;
    if (target != null) {
      target.ended(CloseCause.TRANSPORT_CLOSE);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void send(String packet) {
    if (!closed) {
      write(WebSocketFrames.text(channel.alloc(), packet));
    }
  }

  @Override
  public void send(EngineText packet) {
    if (!closed) {
      write(Unpooled.wrappedBuffer(packet.frame()));
    }
  }

  @Override
  public void send(Buffer message) {
    if (closed) {
      return;
    }
    // The buffer stays the caller's: writing must not release it.
    ByteBuf payload = Unpooled.unreleasableBuffer(((BufferInternal) message).getByteBuf());
    write(
        Unpooled.wrappedBuffer(
            WebSocketFrames.binaryHeader(channel.alloc(), payload.readableBytes()), payload));
  }

  private void write(ByteBuf frame) {
    channel.write(frame, channel.voidPromise());
    if (!flushScheduled) {
      flushScheduled = true;
      owner.flusher().later(this);
    }
  }

  @Override
  public void flush() {
    flushScheduled = false;
    channel.flush();
  }

  @Override
  public long bytesWaiting() {
    ChannelOutboundBuffer buffer = channel.channel().unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  @Override
  public boolean moved() {
    ChannelOutboundBuffer buffer = channel.channel().unsafe().outboundBuffer();
    if (buffer == null) {
      return true;
    }
    // The frame at the head and how far it has got: they stay only where nothing leaves.
    int head = System.identityHashCode(buffer.current());
    long progress = buffer.currentProgress();
    boolean moved = head != lastHead || progress != lastProgress;
    lastHead = head;
    lastProgress = progress;
    return moved;
  }

  @Override
  public void maxMessageBytes(int bytes) {
    maxMessageBytes = bytes;
  }

  @Override
  public void reading(boolean on) {
    reading = on;
    channel.channel().eventLoop().execute(on ? webSocket::resume : webSocket::pause);
  }

  @Override
  public void close(int webSocketCode) {
    if (closed) {
      return;
    }
    closed = true;
    flush();
    channel.channel().eventLoop().execute(() -> webSocket.close((short) webSocketCode));
    owner
        .wheel()
        .schedule(
            new TimingWheel.Entry() {
              @Override
              protected void expired() {
                channel.channel().close();
              }
            },
            CLOSE_GRACE_MILLIS);
  }

  @Override
  public void abort() {
    closed = true;
    channel.channel().close();
  }
}
