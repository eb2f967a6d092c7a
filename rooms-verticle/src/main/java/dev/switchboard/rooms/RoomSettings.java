package dev.switchboard.rooms;

import dev.switchboard.shared.config.Settings;
import java.time.Duration;

/**
 * The settings of the rooms role.
 *
 * @param roomsPerHour {@code RATE_ROOMS_PER_HOUR}: join codes one client may make from one address;
 *     all clients of an address ten times as many; 0 is no limit
 * @param acceptsPerMinute {@code RATE_ACCEPT_PER_MINUTE}: accepts one address may try; 0 is no
 *     limit
 * @param maxBodyBytes {@code ROOM_MAX_BODY_BYTES}
 * @param idle {@code ROOM_IDLE_DAYS}: how long a room is kept that nobody uses
 */
record RoomSettings(long roomsPerHour, long acceptsPerMinute, int maxBodyBytes, Duration idle) {
  private static final long MOST = 1_000_000;

  /** Throws {@link dev.switchboard.shared.config.BadSettingException} for a bad number. */
  static RoomSettings from(Settings settings) {
    return new RoomSettings(
        settings.number("RATE_ROOMS_PER_HOUR", 10, 0, MOST),
        settings.number("RATE_ACCEPT_PER_MINUTE", 20, 0, MOST),
        settings.integer("ROOM_MAX_BODY_BYTES", 16_384, 1_024, 1_048_576),
        Duration.ofDays(settings.integer("ROOM_IDLE_DAYS", 90, 1, 36_500)));
  }
}
