package dev.switchboard.signaling.rooms;

import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.socketio.engine.TimingWheel;
import dev.switchboard.signaling.websocket.Fault;
import dev.switchboard.signaling.websocket.WebSocketChannel;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * A plain WebSocket with text messages both ways: bounded in size, pinged, dropped when it is
 * silent or does not read. Belongs to one event loop; its deadlines are entries of that loop's
 * wheel.
 */
final class RoomConnection implements WebSocketChannel.Listener {
  static final int RESTART = 1012;
  static final int POLICY = 1008;
  private static final int GOING_AWAY = 1001;
  private static final int SLOW_LOOK_MILLIS = 1_000;
  private static final int SLOW_LOOKS = 10;

  private final WebSocketChannel webSocket;
  private final TimingWheel wheel;
  private final SignalingSettings settings;
  private final TimingWheel.Entry beat = new Beat();
  private final SlowWatch slow = new SlowWatch();
  private Consumer<String> listener = message -> {};
  private Runnable ended = () -> {};
  private long receivedNanos = System.nanoTime();
  private boolean closed;

  RoomConnection(WebSocketChannel webSocket, TimingWheel wheel, SignalingSettings settings) {
    this.webSocket = webSocket;
    this.wheel = wheel;
    this.settings = settings;
  }

  /** Begins to receive. {@code ended} is called once, and nothing is received after it. */
  void start(Consumer<String> newListener, Runnable whenEnded) {
    listener = newListener;
    ended = whenEnded;
    wheel.schedule(beat, settings.pingInterval().toMillis());
    webSocket.start(this);
  }

  @Override
  public int maxMessageBytes() {
    return settings.signalMaxBytes();
  }

  @Override
  public void text(String message) {
    receivedNanos = System.nanoTime();
    if (!closed) {
      listener.accept(message);
    }
  }

  @Override
  public void binary(Buffer message) {
    text(message.toString(StandardCharsets.UTF_8));
  }

  @Override
  public void pong() {
    receivedNanos = System.nanoTime();
  }

  @Override
  public void refused(Fault fault) {
    close(fault.closeCode());
  }

  @Override
  public void closed() {
    end();
  }

  void send(String message) {
    if (closed) {
      return;
    }
    webSocket.send(message);
    if (webSocket.bytesWaiting() > settings.slowConsumerBytes() && !slow.isArmed()) {
      slow.begin();
    }
  }

  boolean isOpen() {
    return !closed;
  }

  /** Reads nothing more until {@link #resume}. */
  void pause() {
    if (!closed) {
      webSocket.reading(false);
    }
  }

  void resume() {
    if (!closed) {
      webSocket.reading(true);
    }
  }

  /** Closes; the listener gets nothing more. */
  void close(int code) {
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
      webSocket.ping();
      wheel.schedule(this, Math.min(left, settings.pingInterval().toMillis()));
    }
  }

  /** Ends a connection for which much waits while nothing leaves. */
  private final class SlowWatch extends TimingWheel.Entry {
    private int still;

    void begin() {
      webSocket.moved();
      still = 0;
      wheel.schedule(this, SLOW_LOOK_MILLIS);
    }

    @Override
    protected void expired() {
      if (webSocket.bytesWaiting() <= settings.slowConsumerBytes()) {
        return;
      }
      still = webSocket.moved() ? 0 : still + 1;
      if (still >= SLOW_LOOKS) {
        close(POLICY);
      } else {
        wheel.schedule(this, SLOW_LOOK_MILLIS);
      }
    }
  }
}
