package dev.switchboard.signaling.authorize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AuthorizeSettingsTest {
  private static AuthorizeSettings read(Map<String, String> values) {
    return AuthorizeSettings.from(Settings.of(values));
  }

  @Test
  void defaults() {
    AuthorizeSettings settings = read(Map.of());
    assertThat(settings.url()).isNull();
    assertThat(settings.allowOnError()).isTrue();
    assertThat(settings.allowPrivate()).isFalse();
    assertThat(settings.signer().isConfigured()).isFalse();
  }

  @Test
  void mapping() {
    AuthorizeSettings settings =
        read(
            Map.of(
                "CALL_AUTHORIZE_URL",
                "https://backend.example/may-ring",
                "CALL_AUTHORIZE_ON_ERROR",
                "deny",
                "WEBHOOK_SECRET",
                "whsec_c2VjcmV0",
                "WEBHOOK_ALLOW_PRIVATE",
                "on"));
    assertThat(settings.url()).hasToString("https://backend.example");
    assertThat(settings.allowOnError()).isFalse();
    assertThat(settings.allowPrivate()).isTrue();
    assertThat(settings.signer().isConfigured()).isTrue();
  }

  @Test
  void badOnesAreRefused() {
    assertThatThrownBy(() -> read(Map.of("CALL_AUTHORIZE_URL", "backend/s3cret")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("CALL_AUTHORIZE_URL")
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> read(Map.of("CALL_AUTHORIZE_ON_ERROR", "ask")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("allow, deny");
  }
}
