package dev.switchboard.shared.log;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line for each state that a call, a room or a chat enters, under its id. Names nobody. The
 * logger has a name of its own, by which it is quieted where nobody collects the lines.
 */
public final class StateLog {
  /** The logger's name. */
  public static final String LOGGER = "dev.switchboard.states";

  private static final Logger log = LoggerFactory.getLogger(LOGGER);

  private StateLog() {}

  /** A line about a call. */
  public static LoggingEventBuilder call(String callId) {
    return log.atInfo().addKeyValue(LogKeys.CALL, callId);
  }

  /** A line about a room. */
  public static LoggingEventBuilder room(String roomId) {
    return log.atInfo().addKeyValue(LogKeys.ROOM, roomId);
  }

  /** A line about a chat, or about the session of a device. */
  public static LoggingEventBuilder session(String sessionId) {
    return log.atInfo().addKeyValue(LogKeys.SESSION, sessionId);
  }
}
