package dev.switchboard.signaling.socketio;

/**
 * Why we close a transport. Clients come back by themselves after each of them; that of Java at
 * once after a code that its OkHttp refuses (1012 to 2999), and after any other only once it misses
 * a ping.
 */
public enum CloseReason {
  /** Nothing more to say. */
  NORMAL(1000, DisconnectReason.FORCED_SERVER_CLOSE),
  /** The client goes on by another connection. */
  REPLACED(1000, DisconnectReason.REPLACED),
  /** What the client has here is no longer good: it is to come again. */
  COME_AGAIN(1013, DisconnectReason.FORCED_SERVER_CLOSE),
  /** The server goes down or restarts. */
  SHUTDOWN(1012, DisconnectReason.SERVER_SHUTDOWN),
  /** The client does not read; what waits is dropped. */
  SLOW_CONSUMER(1008, DisconnectReason.SLOW_CONSUMER);

  private final int webSocketCode;
  private final DisconnectReason disconnectReason;

  CloseReason(int webSocketCode, DisconnectReason disconnectReason) {
    this.webSocketCode = webSocketCode;
    this.disconnectReason = disconnectReason;
  }

  /** The status code of the WebSocket Close frame (RFC 6455 section 7.4). */
  public int webSocketCode() {
    return webSocketCode;
  }

  DisconnectReason disconnectReason() {
    return disconnectReason;
  }
}
