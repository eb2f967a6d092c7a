package dev.switchboard.signaling.socketio.engine;

/** Why a session ended. */
public enum CloseCause {
  /** The client closed it, or its connection went away. */
  TRANSPORT_CLOSE,
  /** The client broke the rules of the transport. */
  TRANSPORT_ERROR,
  /** No pong came in time. */
  PING_TIMEOUT,
  /** The client sent something that is no packet. */
  PARSE_ERROR,
  /** The client did not read what waited for it. */
  SLOW_CONSUMER,
  /** We closed it. */
  SERVER_CLOSE
}
