package dev.switchboard.push.send;

import dev.switchboard.shared.log.LogKeys;
import io.vertx.core.json.JsonObject;
import org.slf4j.spi.LoggingEventBuilder;

/** Log lines about a push: under its notification's id, and its call's if a call caused it. */
public final class PushLines {
  private PushLines() {}

  /** The line with the keys of a notification that has this id and this data. */
  public static LoggingEventBuilder about(LoggingEventBuilder line, String id, JsonObject data) {
    LoggingEventBuilder named = line.addKeyValue(LogKeys.NOTIFICATION, id);
    return data.getValue(LogKeys.CALL) instanceof String call
        ? named.addKeyValue(LogKeys.CALL, call)
        : named;
  }
}
