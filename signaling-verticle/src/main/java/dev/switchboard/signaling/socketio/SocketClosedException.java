package dev.switchboard.signaling.socketio;

/** The socket ended before the client acknowledged. */
public final class SocketClosedException extends RuntimeException {
  SocketClosedException(DisconnectReason reason) {
    super("socket closed: " + reason.wireName(), null, false, false);
  }
}
