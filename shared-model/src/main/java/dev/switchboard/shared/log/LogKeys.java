package dev.switchboard.shared.log;

import java.util.List;

/**
 * By which key a log line names what it is about. The first of them that a line has is its
 * correlation id: all lines about one call, on whichever node and of whichever role, have the same.
 */
public final class LogKeys {
  /** A call. */
  public static final String CALL = "callId";

  /** A room. */
  public static final String ROOM = "roomId";

  /** A session: of a registered device (its socket's id), or of a chat. */
  public static final String SESSION = "sessionId";

  /** A notification: what was asked of push at once, to however many devices. */
  public static final String NOTIFICATION = "notificationId";

  /** An HTTP request. */
  public static final String REQUEST = "requestId";

  /** All of them; what is more particular stands before what is less. */
  public static final List<String> ALL = List.of(CALL, ROOM, SESSION, NOTIFICATION, REQUEST);

  private LogKeys() {}
}
