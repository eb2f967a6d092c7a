package dev.switchboard.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.config.Settings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RoomSettingsTest {
  @Test
  void defaults() {
    assertThat(RoomSettings.from(Settings.of(Map.of())))
        .isEqualTo(new RoomSettings(10, 20, 16_384, Duration.ofDays(90)));
  }

  @Test
  void mapping() {
    Settings settings =
        Settings.of(
            Map.of(
                "RATE_ROOMS_PER_HOUR", "3",
                "RATE_ACCEPT_PER_MINUTE", "0",
                "ROOM_MAX_BODY_BYTES", "2048",
                "ROOM_IDLE_DAYS", "7"));
    assertThat(RoomSettings.from(settings))
        .isEqualTo(new RoomSettings(3, 0, 2_048, Duration.ofDays(7)));
  }
}
