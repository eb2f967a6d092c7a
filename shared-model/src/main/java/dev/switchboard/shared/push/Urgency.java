package dev.switchboard.shared.push;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How urgent a push is, by RFC 8030 section 5.3. Phones distinguish {@link #HIGH} from the rest
 * only.
 */
public enum Urgency {
  VERY_LOW,
  LOW,
  NORMAL,
  HIGH;

  /** The urgency of that name in requests and headers. */
  public static Optional<Urgency> of(String wireName) {
    return Arrays.stream(values()).filter(u -> u.wireName().equals(wireName)).findFirst();
  }

  /** All names, the least urgent first. */
  public static List<String> names() {
    return Arrays.stream(values()).map(Urgency::wireName).toList();
  }

  /** The name in requests and in the header {@code Urgency}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
