package dev.switchboard.signaling.socketio;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import org.jspecify.annotations.Nullable;

/**
 * One client in one namespace, from its CONNECT to its end (Socket.IO protocol 5).
 *
 * <p>Every method is called on the event loop of the edge that owns the socket, and every handler
 * runs there. Packets leave in the order in which they were handed over.
 */
public interface SocketIoSocket {
  /** The Socket.IO id of this socket: 20 characters, unique in the cluster, never reused. */
  String id();

  /** What {@link Recovery#begin} knew of it; null for a socket that can't be recovered. */
  Recovery.@Nullable Continuity continuity();

  /** False once either side has ended it. */
  boolean isConnected();

  /**
   * Sets the handler that gets each event from the client. One handler; a later call replaces it.
   */
  void onEvent(Handler<Event> handler);

  /** Sets the handler that is called once, when the socket has ended, with the reason. */
  void onDisconnect(Handler<DisconnectReason> handler);

  /**
   * Sends an event. An argument is a {@code Buffer} (sent as a binary attachment), a {@code
   * JsonObject}, a {@code JsonArray}, a {@link RawJson}, a {@code Map}, a {@code List}, a string,
   * number, boolean or null. Ignored when the socket has ended.
   */
  void emit(String event, Object... arguments);

  /** Sends a packet that was encoded once for many sockets of this namespace. */
  void send(EncodedPacket packet);

  /**
   * Sends an event that the client acknowledges. Fails with {@link
   * java.util.concurrent.TimeoutException} after {@code timeoutMillis} and with {@link
   * SocketClosedException} when the socket ends first.
   */
  Future<Arguments> emitWithAck(long timeoutMillis, String event, Object... arguments);

  /**
   * Sends an Engine.IO ping now, out of turn. Completes with true when a pong has come within
   * {@code timeoutMillis}, else with false; never fails, and does not close the socket.
   */
  Future<Boolean> probe(long timeoutMillis);

  /** Sends an Engine.IO ping now, out of turn. */
  void ping();

  /** How many pings the connection of this socket was sent. */
  long pings();

  /** How many of them the client has answered; it answers them in order. */
  long pongs();

  /** How many milliseconds ago the client last answered a ping; -1 if it has not yet. */
  long sincePong();

  /** Bytes that are handed over but not yet taken by the transport. */
  long bytesWaiting();

  /**
   * True while so much waits that a client should be spared what it can do without: an eighth of
   * what it may not exceed for long.
   */
  boolean isSlow();

  /**
   * Raises or lowers, for the connection that carries this socket, how large one incoming message
   * may be (bytes) and how many outgoing bytes may wait before a client that does not read is
   * dropped.
   */
  void limits(int maxMessageBytes, long slowConsumerBytes);

  /**
   * Reads no further from the connection that carries this socket, until {@link #resume}: so that a
   * client does not send faster than its messages are dealt with. Calls are counted.
   */
  void pause();

  /** Takes one {@link #pause} back. */
  void resume();

  /**
   * Sends a Socket.IO DISCONNECT for this namespace: official clients do not come back by
   * themselves.
   */
  void disconnect();

  /**
   * Closes the transport, after what waits has been sent: official clients come back by themselves.
   */
  void close(CloseReason reason);
}
