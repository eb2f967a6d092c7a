package dev.switchboard.signaling.socketio.engine;

import io.vertx.core.buffer.Buffer;

/**
 * What carries a session now. Called on the event loop of the session, wherever the connection
 * itself lives.
 */
interface Transport {
  /** Receives complete Engine.IO packets on the event loop of the session. */
  interface Listener {
    void packet(String packet);

    void binary(Buffer message);

    void ended(CloseCause cause);
  }

  String name();

  void send(String packet);

  void send(EngineText packet);

  void send(Buffer message);

  /** Passes what was sent on to the connection, now instead of at the end of the turn. */
  void flush();

  long bytesWaiting();

  /** True if anything has left since the last call. */
  boolean moved();

  /** The largest message accepted, in bytes. */
  void maxMessageBytes(int bytes);

  /** Reads on from the connection, or no further. */
  void reading(boolean on);

  /** Closes after what waits has been sent; the listener hears nothing more. */
  void close(int webSocketCode);

  /** Closes at once and drops what waits; the listener hears nothing more. */
  void abort();
}
