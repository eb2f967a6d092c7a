package dev.switchboard.signaling.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChatSettingsTest {
  private static ChatSettings read(Map<String, String> values) {
    return ChatSettings.from(Settings.of(values));
  }

  @Test
  void defaults() {
    assertThat(read(Map.of()))
        .isEqualTo(
            new ChatSettings(
                Duration.ofMillis(1_800_000),
                Duration.ofMillis(60_000),
                20_971_520,
                65_536,
                1_000,
                67_108_864,
                1_073_741_824,
                20,
                60,
                10,
                0,
                Optional.empty()));
  }

  @Test
  void mapping() {
    ChatSettings settings =
        read(
            Map.ofEntries(
                Map.entry("CHAT_IDLE_TTL", "1"),
                Map.entry("CHAT_SEAT_TTL", "2s"),
                Map.entry("SOCKET_MAX_BYTES", "65537"),
                Map.entry("SIGNAL_MAX_BYTES", "2048"),
                Map.entry("CHAT_HISTORY_MESSAGES", "5"),
                Map.entry("CHAT_HISTORY_BYTES", "6000"),
                Map.entry("CHAT_MAX_BYTES", "70000"),
                Map.entry("RATE_CHAT_PER_SECOND", "8"),
                Map.entry("RATE_CHAT_BURST", "9"),
                Map.entry("RATE_RESERVE_PER_MINUTE", "0"),
                Map.entry("CONNECTION_RECOVERY", "2m"),
                Map.entry("CHAT_REDIS_URL", "redis://chat.example:6380")));
    assertThat(settings.redis().orElseThrow().getEndpoint()).isEqualTo("redis://chat.example:6380");
    assertThat(settings)
        .usingRecursiveComparison()
        .ignoringFields("redis")
        .isEqualTo(
            new ChatSettings(
                Duration.ofMillis(1),
                Duration.ofSeconds(2),
                65_537,
                2_048,
                5,
                6_000,
                70_000,
                8,
                9,
                0,
                256,
                Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "CHAT_IDLE_TTL,soon",
    "SOCKET_MAX_BYTES,1",
    "CHAT_HISTORY_MESSAGES,0",
    "CHAT_MAX_BYTES,-1",
    "RATE_CHAT_BURST,0",
    "RATE_RESERVE_PER_MINUTE,x"
  })
  void badValueIsNamed(String name, String value) {
    assertThatThrownBy(() -> read(Map.of(name, value)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(value);
  }

  @Test
  void badRedisIsNamedWithoutItsPassword() {
    assertThatThrownBy(() -> read(Map.of("CHAT_REDIS_URL", "http://:secret@x")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("CHAT_REDIS_URL")
        .hasMessageNotContaining("secret");
  }
}
