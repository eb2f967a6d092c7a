package dev.switchboard.push.send;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why something is pushed. */
public enum Cause {
  INCOMING_CALL,
  CALL_CANCELLED,
  MISSED_CALL,
  CALL_ENDED,
  PRESENCE,
  CUSTOM;

  /** The cause of that name in jobs, answers and metrics. */
  public static Optional<Cause> of(String wireName) {
    return Arrays.stream(values()).filter(c -> c.wireName().equals(wireName)).findFirst();
  }

  /** The name in jobs, answers and metrics. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** True for what wakes the app without showing anything by itself. */
  public boolean isSilent() {
    return this == CALL_CANCELLED || this == CALL_ENDED;
  }
}
