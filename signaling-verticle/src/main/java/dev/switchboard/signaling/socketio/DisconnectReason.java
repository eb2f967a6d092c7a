package dev.switchboard.signaling.socketio;

/** Why a socket ended. */
public enum DisconnectReason {
  /** The client left the namespace. */
  CLIENT_NAMESPACE_DISCONNECT("client namespace disconnect"),
  /** {@link SocketIoSocket#disconnect()}. */
  SERVER_NAMESPACE_DISCONNECT("server namespace disconnect"),
  /** The client closed the connection, or it was lost. */
  TRANSPORT_CLOSE("transport close"),
  /** The client broke the rules of the transport. */
  TRANSPORT_ERROR("transport error"),
  /** The client did not answer a ping. */
  PING_TIMEOUT("ping timeout"),
  /** The client sent something that is no packet, or none that is allowed now. */
  PARSE_ERROR("parse error"),
  /** The client did not read what waited for it. */
  SLOW_CONSUMER("slow consumer"),
  /** The client goes on by another connection, so that this one has perhaps died. */
  REPLACED("forced server close"),
  /** {@link SocketIoSocket#close}. */
  FORCED_SERVER_CLOSE("forced server close"),
  /** The server goes down. */
  SERVER_SHUTDOWN("server shutting down");

  private final String wireName;

  DisconnectReason(String wireName) {
    this.wireName = wireName;
  }

  /** True if neither side meant the socket to end for good: its client comes back by itself. */
  public boolean isRecoverable() {
    return this != CLIENT_NAMESPACE_DISCONNECT && this != SERVER_NAMESPACE_DISCONNECT;
  }

  /** True if what the client was sent last has perhaps not arrived. */
  public boolean isLossy() {
    return this == PING_TIMEOUT || this == SLOW_CONSUMER || this == REPLACED;
  }

  /** The name that Node's Socket.IO server has for it. */
  public String wireName() {
    return wireName;
  }
}
