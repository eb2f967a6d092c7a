package dev.switchboard.signaling.socketio;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Connection state recovery (Socket.IO protocol 5 as of version 4.6): a client that names its
 * private id when it connects goes on as the socket that it was.
 */
@FunctionalInterface
public interface Recovery {
  /** What a socket is to be known by when it comes back. */
  interface Continuity {
    /** The public id, that of the former socket where there was one. */
    String socketId();

    /** Whoever knows it can take the socket over: never log or show it. */
    String privateId();
  }

  /**
   * Called for a client that was admitted, before its CONNECT is answered, on the event loop of the
   * edge. Never fails; null for a socket that can't be recovered.
   *
   * @param freshId the id of the socket unless it is another one's
   */
  Future<@Nullable Continuity> begin(Handshake handshake, String freshId);
}
