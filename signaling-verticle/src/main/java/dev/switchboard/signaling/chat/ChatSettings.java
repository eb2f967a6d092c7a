package dev.switchboard.signaling.chat;

import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.redis.RedisSettings;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of chat.
 *
 * @param idleTtl how long a session outlives its last activity
 * @param seatTtl how long the seat of a member whose socket dropped is kept
 * @param socketMaxBytes the largest message of a socket that has joined a session
 * @param signalMaxBytes the largest event of one that has not
 * @param historyMessages how many messages a session keeps
 * @param historyBytes how many bytes a session keeps
 * @param maxBytes how many bytes all sessions together keep
 * @param messagesPerSecond 0 for no limit
 * @param reservationsPerMinute 0 for no limit
 * @param events how many events a session keeps for members that come back; 0 for none
 * @param redis a Redis of its own; empty: the one of all
 */
public record ChatSettings(
    Duration idleTtl,
    Duration seatTtl,
    int socketMaxBytes,
    int signalMaxBytes,
    int historyMessages,
    long historyBytes,
    long maxBytes,
    int messagesPerSecond,
    int messagesBurst,
    int reservationsPerMinute,
    int events,
    Optional<RedisOptions> redis) {

  /** How much larger than a message the event around it may be, in bytes. */
  public static final int ENVELOPE_BYTES = 65_536;

  /** The largest {@code SOCKET_MAX_BYTES}. */
  public static final int MOST_SOCKET_BYTES = 67_108_864;

  /** As many events as a member may miss before it gets the whole history instead. */
  private static final int EVENTS = 256;

  /** Reads the settings; throws {@link dev.switchboard.shared.config.BadSettingException}. */
  public static ChatSettings from(Settings settings) {
    return new ChatSettings(
        settings.positiveDuration("CHAT_IDLE_TTL", Duration.ofMinutes(30)),
        settings.duration("CHAT_SEAT_TTL", Duration.ofMinutes(1)),
        settings.integer("SOCKET_MAX_BYTES", 20_971_520, 65_536, MOST_SOCKET_BYTES),
        settings.integer("SIGNAL_MAX_BYTES", 65_536, 1_024, 1_000_000),
        settings.integer("CHAT_HISTORY_MESSAGES", 1_000, 1, 100_000),
        settings.number("CHAT_HISTORY_BYTES", 67_108_864, 1_024, 1_073_741_824),
        settings.number("CHAT_MAX_BYTES", 1_073_741_824, 65_536, 1L << 45),
        settings.integer("RATE_CHAT_PER_SECOND", 20, 0, 1_000_000),
        settings.integer("RATE_CHAT_BURST", 60, 1, 1_000_000),
        settings.integer("RATE_RESERVE_PER_MINUTE", 10, 0, 1_000_000),
        settings.duration("CONNECTION_RECOVERY", Duration.ZERO).isZero() ? 0 : EVENTS,
        RedisSettings.from(settings, "CHAT_REDIS_URL"));
  }

  /**
   * How long a session lives without an event while a member is there; {@code chat_prelude} too.
   */
  Duration longestIdle() {
    return idleTtl.multipliedBy(4);
  }

  /** The largest event of a socket that has joined a session. */
  int eventBytes() {
    return socketMaxBytes + ENVELOPE_BYTES;
  }
}
