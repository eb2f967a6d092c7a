package dev.switchboard.signaling.socketio;

import org.jspecify.annotations.Nullable;

/**
 * The arguments of an event or of an acknowledgement. The packet has been checked as JSON; a value
 * is decoded only when it is asked for, so that a relay can pass text on as it came.
 */
public interface Arguments {
  /** How many there are. */
  int size();

  /** The JSON text of an argument as the client wrote it; attachments are still placeholders. */
  String raw(int index);

  /** True if an attachment stands anywhere in the arguments. */
  boolean hasBinary();

  /**
   * The argument decoded: {@code JsonObject}, {@code JsonArray}, string, number, boolean, {@code
   * Buffer} or null, attachments in their places; null where there is no such argument.
   */
  @Nullable Object get(int index);
}
