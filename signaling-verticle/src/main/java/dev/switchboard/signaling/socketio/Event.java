package dev.switchboard.signaling.socketio;

/** An event from a client. Used on the event loop of its socket only. */
public interface Event {
  /** The name of the event. */
  String name();

  /** The arguments behind the name, without the acknowledgement function. */
  Arguments arguments();

  /** Bytes of the packet and its attachments as they came. */
  int size();

  /** True if the client passed an acknowledgement function that has not been called yet. */
  boolean wantsAck();

  /**
   * Answers the acknowledgement; does nothing where none is wanted. Arguments as in {@link
   * SocketIoSocket#emit}.
   */
  void ack(Object... arguments);
}
