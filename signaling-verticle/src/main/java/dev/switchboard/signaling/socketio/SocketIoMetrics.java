package dev.switchboard.signaling.socketio;

/** Counts connections (not namespaces). Called on the edge's event loop; must not block. */
public interface SocketIoMetrics {
  /** Counts nothing. */
  SocketIoMetrics NONE = new SocketIoMetrics() {};

  /** A connection was opened over {@code polling} or {@code websocket}. */
  default void opened(String transport) {}

  /** A connection moved from polling to WebSocket. */
  default void upgraded() {}

  /** A connection ended; {@code transport} carried it last. */
  default void closed(String transport, DisconnectReason reason) {}
}
