package dev.switchboard.deploy;

import io.opentelemetry.sdk.trace.IdGenerator;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Ids of spans. Those of a call's trace and of its first span are made from the call's id, so that
 * each node knows them; all others are random.
 */
final class CallSpanIds implements IdGenerator {
  private static final int TRACE_DIGITS = 32;

  /** The call whose own span the current thread is beginning. */
  private static final ThreadLocal<@Nullable String> BEGINNING = new ThreadLocal<>();

  /** The trace of a call: its id without the dashes. */
  static String traceOf(String callId) {
    String digits = callId.replace("-", "");
    boolean plain =
        digits.length() == TRACE_DIGITS
            && digits.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    return plain
        ? digits
        : UUID.nameUUIDFromBytes(callId.getBytes(StandardCharsets.UTF_8))
            .toString()
            .replace("-", "");
  }

  /** The span under which all others of the call are. */
  static String spanOf(String callId) {
    return traceOf(callId).substring(TRACE_DIGITS / 2);
  }

  /** Has {@code begin} begin the call's own span. */
  static void beginning(String callId, Runnable begin) {
    BEGINNING.set(callId);
    try {
      begin.run();
    } finally {
      BEGINNING.remove();
    }
  }

  @Override
  public String generateTraceId() {
    String call = BEGINNING.get();
    return call == null ? IdGenerator.random().generateTraceId() : traceOf(call);
  }

  @Override
  public String generateSpanId() {
    String call = BEGINNING.get();
    return call == null ? IdGenerator.random().generateSpanId() : spanOf(call);
  }
}
