package dev.switchboard.signaling.edge;

import dev.switchboard.signaling.socketio.DisconnectReason;
import dev.switchboard.signaling.socketio.Event;

/**
 * What one part of the server, such as calls or chat, makes of one socket. The parts share the
 * socket and do not know each other. Belongs to the loop of its edge.
 */
public interface SocketPart {
  /** True for the name of an event that is this part's. */
  boolean takes(String event);

  void on(Event event);

  /**
   * Refuses an event of this part that came too soon; the next may come in so many milliseconds.
   */
  void limited(Event event, long retryAfterMillis);

  void ended(DisconnectReason reason);
}
