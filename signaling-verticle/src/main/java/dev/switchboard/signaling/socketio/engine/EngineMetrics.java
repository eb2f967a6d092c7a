package dev.switchboard.signaling.socketio.engine;

/** Counts sessions. Called on the edge's event loop; must not block. */
public interface EngineMetrics {
  EngineMetrics NONE = new EngineMetrics() {};

  /** A session was opened over {@code polling} or {@code websocket}. */
  default void opened(String transport) {}

  /** A session moved from polling to WebSocket. */
  default void upgraded() {}

  /** A session ended; {@code transport} carried it last. */
  default void closed(String transport, CloseCause cause) {}
}
