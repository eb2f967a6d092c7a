package dev.switchboard.signaling.calls;

import dev.switchboard.shared.log.StateLog;
import org.slf4j.spi.LoggingEventBuilder;

/** One line for each state a call enters. */
final class CallLog {
  private CallLog() {}

  static void entered(Call call) {
    LoggingEventBuilder line = StateLog.call(call.callId());
    if (call.state() == CallState.ENDED && call.reason() != null) {
      // A reason to reject is the user's own words, and none of the log's business.
      line = line.addKeyValue("reason", call.reason());
    }
    line.log("call {}", call.state().wireName());
  }
}
