package dev.switchboard.signaling.calls;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line for each state a call enters, under the call's id. Names nobody. The logger has a name
 * of its own, by which it is quieted where nobody collects the lines.
 */
final class CallLog {
  private static final Logger log = LoggerFactory.getLogger("dev.switchboard.calls");

  private CallLog() {}

  static void entered(Call call) {
    LoggingEventBuilder line = log.atInfo().addKeyValue("callId", call.callId());
    if (call.state() == CallState.ENDED && call.reason() != null) {
      // A reason to reject is the user's own words, and none of the log's business.
      line = line.addKeyValue("reason", call.reason());
    }
    line.log("call {}", call.state().wireName());
  }
}
