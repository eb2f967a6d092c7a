package dev.switchboard.shared.push;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why something is pushed, and with it how long it is worth sending and how urgent it is. */
public enum Cause {
  /** Worth sending as long as it rings ({@code CALL_RING_TIMEOUT}). */
  INCOMING_CALL(null, Urgency.HIGH),
  CALL_CANCELLED(Duration.ofSeconds(60), Urgency.HIGH),
  MISSED_CALL(Duration.ofHours(24), Urgency.NORMAL),
  CALL_ENDED(Duration.ofSeconds(60), Urgency.HIGH),
  /** Goes the way of a ring and does no harm, to find out whether a device would ring. */
  TEST_RING(Duration.ofSeconds(20), Urgency.HIGH),
  PRESENCE(Duration.ofMinutes(5), Urgency.HIGH),
  /** What an operator sends; the request may have its own values. */
  CUSTOM(Duration.ofDays(1), Urgency.NORMAL);

  private final String wireName = name().toLowerCase(Locale.ROOT);
  private final @Nullable Duration life;
  private final Urgency urgency;

  Cause(@Nullable Duration life, Urgency urgency) {
    this.life = life;
    this.urgency = urgency;
  }

  /** The cause of that name in jobs, answers and metrics. */
  public static Optional<Cause> of(String wireName) {
    return Arrays.stream(values()).filter(c -> c.wireName().equals(wireName)).findFirst();
  }

  /** The name in jobs, answers and metrics. */
  public String wireName() {
    return wireName;
  }

  /**
   * From the cause to {@link JobField#DEADLINE}: the first TTL (RFC 8030 section 5.2). Empty where
   * the cause itself has a deadline.
   */
  public Optional<Duration> life() {
    return Optional.ofNullable(life);
  }

  /** How urgent it is by default. */
  public Urgency urgency() {
    return urgency;
  }

  /** True for what has a timeline, and asks the device for a receipt. */
  public boolean isTraced() {
    return this == INCOMING_CALL || this == TEST_RING;
  }

  /** True for what wakes the app without showing anything by itself. */
  public boolean isSilent() {
    return this == CALL_CANCELLED || this == CALL_ENDED;
  }
}
