package dev.switchboard.shared.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JwtSettingsTest {
  private static final String LONG = "a secret for tests that is long enough";

  private static JwtSettings read(Map<String, String> values) {
    return JwtSettings.from(Settings.of(values));
  }

  @Test
  void defaults() {
    assertThat(read(Map.of("JWT_SECRET", LONG)))
        .isEqualTo(
            new JwtSettings(
                List.of(LONG),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofMinutes(10),
                Duration.ofDays(30),
                false));
  }

  @Test
  void mapping() {
    Map<String, String> values =
        Map.of(
            "JWT_SECRET", LONG + ", other",
            "JWT_PUBLIC_KEY_PATH", "/key.pem",
            "JWT_JWKS_URL", "https://id.example/keys",
            "JWT_ISSUER", "id",
            "JWT_AUDIENCE", "us",
            "JWT_JWKS_REFRESH", "5m",
            "REVOKE_TTL", "0",
            "CALLER_NAME", "claims");
    assertThat(read(values))
        .isEqualTo(
            new JwtSettings(
                List.of(LONG, "other"),
                Optional.of(Path.of("/key.pem")),
                Optional.of(URI.create("https://id.example/keys")),
                Optional.of("id"),
                Optional.of("us"),
                Duration.ofMinutes(5),
                Duration.ZERO,
                true));
  }

  @Test
  void withoutAnyKeyNothingCouldBeChecked() {
    assertThatThrownBy(() -> read(Map.of("JWT_ISSUER", "id")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("JWT_SECRET: ");
  }

  @Test
  void shortSecretIsAWarningAndInProductionARefusal() {
    assertThat(read(Map.of("JWT_SECRET", LONG)).hasShortSecret()).isFalse();
    assertThat(read(Map.of("JWT_SECRET", LONG + ",short")).hasShortSecret()).isTrue();
    assertThatThrownBy(
            () -> read(Map.of("APP_ENV", "production", "JWT_SECRET", LONG + ",too-short")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("JWT_SECRET: ")
        .hasMessageNotContaining("too-short");
  }

  @Test
  void secretsAreNotPrinted() {
    assertThat(read(Map.of("JWT_SECRET", LONG)).toString()).doesNotContain(LONG);
  }

  @Test
  void badUrlIsNamed() {
    assertThatThrownBy(() -> read(Map.of("JWT_JWKS_URL", "file:///keys")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("JWT_JWKS_URL: 'file:///keys'");
  }
}
