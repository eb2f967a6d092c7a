package dev.switchboard.rooms;

import dev.switchboard.shared.config.Settings;

/**
 * The settings of the rooms role.
 *
 * @param roomsPerHour {@code RATE_ROOMS_PER_HOUR}: join codes one address may make; 0 is no limit
 * @param acceptsPerMinute {@code RATE_ACCEPT_PER_MINUTE}: accepts one address may try; 0 is no
 *     limit
 * @param maxBodyBytes {@code ROOM_MAX_BODY_BYTES}
 */
record RoomSettings(long roomsPerHour, long acceptsPerMinute, int maxBodyBytes) {
  private static final long MOST = 1_000_000;

  /** Throws {@link dev.switchboard.shared.config.BadSettingException} for a bad number. */
  static RoomSettings from(Settings settings) {
    return new RoomSettings(
        settings.number("RATE_ROOMS_PER_HOUR", 10, 0, MOST),
        settings.number("RATE_ACCEPT_PER_MINUTE", 20, 0, MOST),
        settings.integer("ROOM_MAX_BODY_BYTES", 16_384, 1_024, 1_048_576));
  }
}
