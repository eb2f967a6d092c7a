package dev.switchboard.signaling.socketio.engine;

import io.vertx.core.buffer.Buffer;

/** Receives what happens in one session, on its event loop, in order. */
public interface EngineListener {
  /** A text message, without the packet type. */
  void text(String message);

  void binary(Buffer message);

  /** The session has ended; nothing follows. */
  void closed(CloseCause cause);
}
