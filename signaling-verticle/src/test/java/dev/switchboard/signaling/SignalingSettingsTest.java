package dev.switchboard.signaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.webhooks.WebhookEvent;
import dev.switchboard.shared.webhooks.WebhookEvents;
import dev.switchboard.signaling.authorize.AuthorizeSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SignalingSettingsTest {
  private static SignalingSettings read(Map<String, String> values) {
    return SignalingSettings.from(Settings.of(values));
  }

  @Test
  void defaults() {
    assertThat(read(Map.of()))
        .isEqualTo(
            new SignalingSettings(
                true,
                false,
                false,
                Duration.ofMillis(45_000),
                Duration.ofMillis(15_000),
                Duration.ofMillis(7_200_000),
                65_536,
                50,
                200,
                30,
                Duration.ofSeconds(25),
                Duration.ofSeconds(20),
                1_048_576,
                Set.of("default"),
                Duration.ofSeconds(60),
                WebhookEvents.NONE,
                Duration.ZERO,
                AuthorizeSettings.from(Settings.of(Map.of()))));
  }

  @Test
  void mapping() {
    assertThat(
            read(
                Map.ofEntries(
                    Map.entry("GUESTS", "off"),
                    Map.entry("CALL_AUTH", "trust"),
                    Map.entry("CALL_WAITING", "off"),
                    Map.entry("CALL_RING_TIMEOUT", "1"),
                    Map.entry("CALL_RECONNECT_GRACE", "2s"),
                    Map.entry("CALL_MAX_DURATION", "3m"),
                    Map.entry("SIGNAL_MAX_BYTES", "2048"),
                    Map.entry("RATE_EVENTS_PER_SECOND", "0"),
                    Map.entry("RATE_EVENTS_BURST", "5"),
                    Map.entry("RATE_CALLS_PER_MINUTE", "6"),
                    Map.entry("SOCKET_PING_INTERVAL", "7"),
                    Map.entry("SOCKET_PING_TIMEOUT", "8"),
                    Map.entry("SLOW_CONSUMER_BYTES", "65536"),
                    Map.entry("PUSH_APPS", "kids: {}"),
                    Map.entry("ROOM_SOCKET_SILENCE", "9"),
                    Map.entry("WEBHOOK_URL", "https://backend.example/hooks"),
                    Map.entry("WEBHOOK_EVENTS", "call.ended"),
                    Map.entry("CONNECTION_RECOVERY", "2m"))))
        .isEqualTo(
            new SignalingSettings(
                false,
                true,
                false,
                Duration.ofMillis(1),
                Duration.ofSeconds(2),
                Duration.ofMinutes(3),
                2_048,
                0,
                5,
                6,
                Duration.ofMillis(7),
                Duration.ofMillis(8),
                65_536,
                Set.of("default", "kids"),
                Duration.ofMillis(9),
                new WebhookEvents(Set.of(WebhookEvent.CALL_ENDED)),
                Duration.ofMinutes(2),
                AuthorizeSettings.from(Settings.of(Map.of()))));
  }

  @Test
  void busyCalleesAreRungWhereClientsAreTrusted() {
    assertThat(read(Map.of("CALL_AUTH", "trust")).callWaiting()).isTrue();
    assertThat(read(Map.of("CALL_WAITING", "on")).callWaiting()).isTrue();
    assertThat(read(Map.of("CALL_AUTH", "token")).callWaiting()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "GUESTS,maybe",
    "CALL_AUTH,anyone",
    "CALL_WAITING,perhaps",
    "CALL_RING_TIMEOUT,soon",
    "SIGNAL_MAX_BYTES,1",
    "RATE_EVENTS_BURST,0",
    "RATE_CALLS_PER_MINUTE,-1",
    "SLOW_CONSUMER_BYTES,x"
  })
  void badValueIsNamed(String name, String value) {
    assertThatThrownBy(() -> read(Map.of(name, value)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(value);
  }
}
