package dev.switchboard.signaling.socketio.engine;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/**
 * One Engine.IO session. Every method is called on the event loop of its edge. Messages leave in
 * the order in which they were handed over; after the end they are ignored.
 */
public interface EngineSocket {
  /**
   * What the URL that opened the session said besides what is Engine.IO's; of a repeated parameter
   * the first value.
   */
  Map<String, String> query();

  /** False once it has ended or is being closed. */
  boolean isOpen();

  /** Sends a text message given as a complete packet, which begins with {@code 4}. */
  void sendPacket(String packet);

  /** Sends a binary message. The buffer must not be changed afterwards. */
  void sendBinary(Buffer message);

  /** Sends a text message that was encoded once for many sessions. */
  void send(EngineText message);

  /**
   * Sends a ping out of turn. True when a pong comes within {@code timeoutMillis}, else false;
   * never fails.
   */
  Future<Boolean> probe(long timeoutMillis);

  /** Sends a ping out of turn. */
  void ping();

  /** How many pings the client was sent. */
  long pings();

  /** How many of them it has answered: a client answers them in order. */
  long pongs();

  /** How many milliseconds ago the client last answered a ping; -1 if it has not yet. */
  long sincePong();

  /** Bytes handed over and not yet taken by the connection. */
  long bytesWaiting();

  /** True while an eighth of what may wait for long does. */
  boolean isSlow();

  /**
   * The largest message accepted and how much may wait before a client that reads nothing is
   * dropped, in bytes.
   */
  void limits(int maxMessageBytes, long slowConsumerBytes);

  /** Reads no further from a WebSocket until {@link #resume}. Calls are counted. */
  void pause();

  /** Takes one {@link #pause} back. */
  void resume();

  /**
   * Closes the session after what waits has been sent. {@code webSocketCode} as in RFC 6455 section
   * 7.4.
   */
  void close(CloseCause cause, int webSocketCode);
}
