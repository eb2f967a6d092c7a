package dev.switchboard.signaling.rooms;

import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.socketio.engine.FrameGuard;
import dev.switchboard.signaling.socketio.engine.TimingWheel;
import dev.switchboard.signaling.socketio.engine.WebSocketMessages;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A plain WebSocket with text messages both ways: bounded in size, pinged, dropped when it is
 * silent or does not read. Belongs to one event loop; its deadlines are entries of that loop's
 * wheel.
 */
final class RoomConnection {
  static final short RESTART = 1012;
  static final short POLICY = 1008;
  private static final short GOING_AWAY = 1001;
  private static final int SLOW_LOOK_MILLIS = 1_000;
  private static final int SLOW_LOOKS = 10;

  private final ServerWebSocket webSocket;
  private final TimingWheel wheel;
  private final SignalingSettings settings;
  private final WebSocketMessages messages = new WebSocketMessages();
  private final TimingWheel.Entry beat = new Beat();
  private final SlowWatch slow = new SlowWatch();
  private Consumer<String> listener = message -> {};
  private Runnable ended = () -> {};
  private long receivedNanos = System.nanoTime();
  private long waiting;
  private long written;
  private boolean closed;

  RoomConnection(ServerWebSocket webSocket, TimingWheel wheel, SignalingSettings settings) {
    this.webSocket = webSocket;
    this.wheel = wheel;
    this.settings = settings;
  }

  /** Begins to receive. {@code ended} is called once, and nothing is received after it. */
  void start(Consumer<String> listener, Runnable ended) {
    this.listener = listener;
    this.ended = ended;
    Context context = Objects.requireNonNull(Vertx.currentContext());
    // What the client still sends is read and thrown away, until it has got the reason.
    FrameGuard.install(
        webSocket,
        settings::signalMaxBytes,
        fault -> context.runOnContext(now -> close(code(fault))));
    webSocket.frameHandler(this::received);
    webSocket.pongHandler(pong -> receivedNanos = System.nanoTime());
    webSocket.exceptionHandler(failure -> end());
    webSocket.closeHandler(gone -> end());
    wheel.schedule(beat, settings.pingInterval().toMillis());
    if (webSocket.isClosed()) {
      end();
    }
  }

  private void received(WebSocketFrame frame) {
    receivedNanos = System.nanoTime();
    if (closed) {
      return;
    }
    switch (messages.add(frame, settings.signalMaxBytes())) {
      case null -> {}
      case String text -> listener.accept(text);
      case Buffer binary -> listener.accept(binary.toString(StandardCharsets.UTF_8));
      case WebSocketMessages.Fault fault -> close(code(fault));
      default -> throw new IllegalArgumentException("neither text nor binary nor a fault");
    }
  }

  private static short code(WebSocketMessages.Fault fault) {
    return (short) fault.closeCode();
  }

  void send(String message) {
    if (closed) {
      return;
    }
    int size = message.length();
    waiting += size;
    webSocket
        .writeTextMessage(message)
        .onComplete(
            done -> {
              waiting -= size;
              written++;
            });
    if (waiting > settings.slowConsumerBytes() && !slow.isArmed()) {
      slow.begin();
    }
  }

  boolean isOpen() {
    return !closed;
  }

  /** Reads nothing more until {@link #resume}. */
  void pause() {
    if (!closed) {
      webSocket.pause();
    }
  }

  void resume() {
    if (!closed) {
      webSocket.resume();
    }
  }

  /** Closes; the listener gets nothing more. */
  void close(short code) {
    if (!closed) {
      end();
      webSocket.close(code);
    }
  }

  private void end() {
    if (!closed) {
      closed = true;
      wheel.cancel(beat);
      wheel.cancel(slow);
      if (!webSocket.isClosed()) {
        // a pause would keep the client's close frame unread
        webSocket.resume();
      }
      ended.run();
    }
  }

  private final class Beat extends TimingWheel.Entry {
    @Override
    protected void expired() {
      long silentMillis = (System.nanoTime() - receivedNanos) / 1_000_000;
      long left = settings.roomSilence().toMillis() - silentMillis;
      if (left <= 0) {
        close(GOING_AWAY);
        return;
      }
      webSocket.writePing(Buffer.buffer());
      wheel.schedule(this, Math.min(left, settings.pingInterval().toMillis()));
    }
  }

  /** Ends a connection for which much waits while nothing leaves. */
  private final class SlowWatch extends TimingWheel.Entry {
    private long seen;
    private int still;

    void begin() {
      seen = written;
      still = 0;
      wheel.schedule(this, SLOW_LOOK_MILLIS);
    }

    @Override
    protected void expired() {
      if (waiting <= settings.slowConsumerBytes()) {
        return;
      }
      still = written == seen ? still + 1 : 0;
      seen = written;
      if (still >= SLOW_LOOKS) {
        close(POLICY);
      } else {
        wheel.schedule(this, SLOW_LOOK_MILLIS);
      }
    }
  }
}
