package dev.switchboard.signaling.edge;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What one edge asks of another for one of its sockets.
 *
 * @param socketId the Socket.IO id
 * @param kind what to do
 * @param frame the encoded Socket.IO packet to write; null for none
 * @param note what the part of the server that owns the socket there needs to know; null for none.
 *     Must not be changed once sent
 */
public record EdgeMessage(
    String socketId, Kind kind, @Nullable String frame, @Nullable JsonObject note) {

  /** What is asked. */
  public enum Kind {
    /** Write the frame. */
    WRITE,
    /** Write the frame with an Engine.IO ping, and report a socket that does not answer. */
    WRITE_AND_PROBE,
    /** The device has a newer socket: write the frame, then disconnect. */
    DISPLACE
  }

  /** A frame and what goes with it. */
  public static EdgeMessage write(String socketId, String frame, @Nullable JsonObject note) {
    return new EdgeMessage(socketId, Kind.WRITE, frame, note);
  }
}
