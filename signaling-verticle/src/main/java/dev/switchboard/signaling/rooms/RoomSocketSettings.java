package dev.switchboard.signaling.rooms;

import dev.switchboard.shared.config.Settings;
import java.time.Duration;

/**
 * The settings of room sockets; those of calls hold for them too.
 *
 * @param maxBytes the largest message
 * @param eventsPerSecond 0 for no limit
 * @param silence after how long without any frame a socket is dropped
 */
public record RoomSocketSettings(
    int maxBytes,
    int eventsPerSecond,
    int eventsBurst,
    Duration pingInterval,
    Duration silence,
    long slowConsumerBytes) {

  /** Reads the settings; throws {@link dev.switchboard.shared.config.BadSettingException}. */
  public static RoomSocketSettings from(Settings settings) {
    return new RoomSocketSettings(
        settings.integer("SIGNAL_MAX_BYTES", 65_536, 1_024, 1_000_000),
        settings.integer("RATE_EVENTS_PER_SECOND", 50, 0, 1_000_000),
        settings.integer("RATE_EVENTS_BURST", 200, 1, 1_000_000),
        settings.positiveDuration("SOCKET_PING_INTERVAL", Duration.ofSeconds(25)),
        settings.positiveDuration("ROOM_SOCKET_SILENCE", Duration.ofSeconds(60)),
        settings.number("SLOW_CONSUMER_BYTES", 1_048_576, 65_536, 1_073_741_824));
  }
}
