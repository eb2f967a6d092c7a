package dev.switchboard.signaling.socketio;

import dev.switchboard.signaling.socketio.engine.EngineOptions;

/**
 * How a Socket.IO server behaves. All edges of one process that serve one path share one value.
 *
 * @param engine the layer below: path, heartbeat, limits, origins, session ids
 * @param connectTimeoutMillis how long a connection may be without a namespace
 * @param maxAttachments the most binary attachments of one packet
 */
public record SocketIoOptions(EngineOptions engine, long connectTimeoutMillis, int maxAttachments) {
  private static final long CONNECT_TIMEOUT_MILLIS = 45_000;
  private static final int MAX_ATTACHMENTS = 10;

  /** The defaults of Node's Socket.IO 4 over the given layer below. */
  public static SocketIoOptions of(EngineOptions engine) {
    return new SocketIoOptions(engine, CONNECT_TIMEOUT_MILLIS, MAX_ATTACHMENTS);
  }

  public SocketIoOptions withConnectTimeoutMillis(long millis) {
    return new SocketIoOptions(engine, millis, maxAttachments);
  }

  public SocketIoOptions withMaxAttachments(int count) {
    return new SocketIoOptions(engine, connectTimeoutMillis, count);
  }
}
