package dev.switchboard.signaling.socketio.engine;

import dev.switchboard.signaling.websocket.Fault;
import dev.switchboard.signaling.websocket.WebSocketChannel;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket that carries a session.
 *
 * <p>An upgrade may come in on another event loop than the session's. Then what is received hops to
 * the session's loop, in order, and Netty carries what is sent the other way.
 */
final class WebSocketTransport implements Transport, WebSocketChannel.Listener {
  static final String NAME = "websocket";
  private static final int MAX_HOPPING = 64;

  private final WebSocketChannel webSocket;
  private final EngineServer owner;
  private final @Nullable AtomicInteger hopping;
  private volatile int maxMessageBytes;
  private volatile boolean reading = true;
  private @Nullable Listener listener;
  private boolean closed;

  WebSocketTransport(WebSocketChannel webSocket, EngineServer owner) {
    this.webSocket = webSocket;
    this.owner = owner;
    maxMessageBytes = owner.options().maxPayloadBytes();
    hopping = owner.isOn(webSocket.loop()) ? null : new AtomicInteger();
  }

  /**
   * Begins to receive. Called on the loop of the connection, after the listener was set or sent
   * for.
   */
  void start() {
    webSocket.start(this);
  }

  void listener(Listener newListener) {
    listener = newListener;
  }

  // ---- on the loop of the connection

  @Override
  public int maxMessageBytes() {
    return maxMessageBytes;
  }

  @Override
  public void text(String message) {
    if (hopping == null) {
      deliver(message);
    } else {
      hop(hopping, () -> deliver(message));
    }
  }

  @Override
  public void binary(Buffer message) {
    if (hopping == null) {
      deliver(message);
    } else {
      hop(hopping, () -> deliver(message));
    }
  }

  private void hop(AtomicInteger underway, Runnable delivery) {
    if (underway.incrementAndGet() == MAX_HOPPING) {
      webSocket.reading(false);
    }
    owner.run(
        () -> {
          delivery.run();
          if (underway.decrementAndGet() == 0 && reading) {
            webSocket.reading(true);
          }
        });
  }

  @Override
  public void refused(Fault fault) {
    owner.run(() -> broken(fault));
  }

  @Override
  public void closed() {
    owner.run(this::gone);
  }

  // ---- on the loop of the session

  private void deliver(String packet) {
    Listener target = listener;
    if (!closed && target != null) {
      target.packet(packet);
    }
  }

  private void deliver(Buffer message) {
    Listener target = listener;
    if (!closed && target != null) {
      target.binary(message);
    }
  }

  private void broken(Fault fault) {
    Listener target = listener;
    if (!closed && target != null) {
      close(fault.closeCode());
      target.ended(CloseCause.PARSE_ERROR);
    }
  }

  private void gone() {
    if (closed) {
      return;
    }
    closed = true;
    Listener target = listener;
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
      webSocket.send(packet);
    }
  }

  @Override
  public void send(EngineText packet) {
    if (!closed) {
      webSocket.send(packet.frame());
    }
  }

  @Override
  public void send(Buffer message) {
    if (!closed) {
      webSocket.send(message);
    }
  }

  @Override
  public void flush() {
    webSocket.flush();
  }

  @Override
  public long bytesWaiting() {
    return webSocket.bytesWaiting();
  }

  @Override
  public boolean moved() {
    return webSocket.moved();
  }

  @Override
  public void maxMessageBytes(int bytes) {
    maxMessageBytes = bytes;
  }

  @Override
  public void reading(boolean on) {
    reading = on;
    webSocket.reading(on);
  }

  @Override
  public void close(int webSocketCode) {
    if (!closed) {
      closed = true;
      webSocket.close(webSocketCode);
    }
  }

  @Override
  public void abort() {
    closed = true;
    webSocket.abort();
  }
}
