package dev.switchboard.shared.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final Duration DEFAULT = Duration.ofSeconds(1);

  private static Settings with(String value) {
    return Settings.of(Map.of("WAIT", value));
  }

  @Test
  void durationsAreMillisecondsOrHaveAUnit() {
    assertThat(with("1500").duration("WAIT", DEFAULT)).isEqualTo(Duration.ofMillis(1500));
    assertThat(with("15s").duration("WAIT", DEFAULT)).isEqualTo(Duration.ofSeconds(15));
    assertThat(with("30 m").duration("WAIT", DEFAULT)).isEqualTo(Duration.ofMinutes(30));
    assertThat(with("2h").duration("WAIT", DEFAULT)).isEqualTo(Duration.ofHours(2));
    assertThat(with("0").duration("WAIT", DEFAULT)).isZero();
    assertThat(with("").duration("WAIT", DEFAULT)).isEqualTo(DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"soon", "-5", "1y", "1.5s", "99999999999999d", "9999999999999999", "4000d"})
  void aDurationThatCanNotBeMeantIsNamed(String value) {
    assertThatThrownBy(() -> with(value).duration("WAIT", DEFAULT))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("WAIT: ")
        .hasMessageContaining(value);
  }

  @Test
  void noneIsNoPositiveDuration() {
    assertThatThrownBy(() -> with("0").positiveDuration("WAIT", DEFAULT))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("WAIT: ");
    assertThat(with("1").positiveDuration("WAIT", DEFAULT)).isEqualTo(Duration.ofMillis(1));
  }
}
