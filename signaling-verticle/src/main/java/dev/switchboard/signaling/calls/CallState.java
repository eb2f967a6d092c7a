package dev.switchboard.signaling.calls;

import java.util.Locale;

/** Where a call stands. {@code RINGING} and {@code ACCEPTED} are live, the others final. */
public enum CallState {
  RINGING,
  ACCEPTED,
  REJECTED,
  CANCELLED,
  TIMEOUT,
  ENDED;

  public boolean isLive() {
    return this == RINGING || this == ACCEPTED;
  }

  /** The name on the wire and in Redis. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads what {@link #wireName} writes. */
  public static CallState parse(String wireName) {
    return valueOf(wireName.toUpperCase(Locale.ROOT));
  }
}
