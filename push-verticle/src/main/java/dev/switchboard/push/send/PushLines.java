package dev.switchboard.push.queue;

import dev.switchboard.shared.log.LogKeys;
import org.slf4j.spi.LoggingEventBuilder;

/** Log lines about a job: under its notification's id, and its call's if a call caused it. */
final class JobLines {
  private JobLines() {}

  static LoggingEventBuilder about(LoggingEventBuilder line, PushJob job) {
    LoggingEventBuilder named = line.addKeyValue(LogKeys.NOTIFICATION, job.id());
    return job.data().getValue(LogKeys.CALL) instanceof String call
        ? named.addKeyValue(LogKeys.CALL, call)
        : named;
  }
}
