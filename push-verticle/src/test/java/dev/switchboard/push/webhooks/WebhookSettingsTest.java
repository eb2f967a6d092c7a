package dev.switchboard.push.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WebhookSettingsTest {
  private static WebhookSettings read(Map<String, String> values) {
    return WebhookSettings.from(Settings.of(values));
  }

  @Test
  void defaults() {
    WebhookSettings settings = read(Map.of());
    assertThat(settings.url()).isNull();
    assertThat(settings.signer().isConfigured()).isFalse();
    assertThat(settings.allowPrivate()).isFalse();
  }

  @Test
  void mapping() {
    WebhookSettings settings =
        read(
            Map.of(
                "WEBHOOK_URL",
                "https://backend.example/hooks?a=b",
                "WEBHOOK_SECRET",
                "whsec_c2VjcmV0",
                "WEBHOOK_ALLOW_PRIVATE",
                "on"));
    assertThat(settings.url()).hasToString("https://backend.example");
    assertThat(settings.signer().isConfigured()).isTrue();
    assertThat(settings.allowPrivate()).isTrue();
  }

  @Test
  void receiverWithoutASecretIsRefused() {
    Map<String, String> values = Map.of("WEBHOOK_URL", "https://backend.example/hooks");
    assertThatThrownBy(() -> read(values))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("WEBHOOK_SECRET")
        .hasMessageContaining("openssl");
  }

  @Test
  void whatIsNoUrlIsRefusedWithoutShowingIt() {
    Map<String, String> values =
        Map.of("WEBHOOK_URL", "backend.example/s3cret", "WEBHOOK_SECRET", "whsec_c2VjcmV0");
    assertThatThrownBy(() -> read(values))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("WEBHOOK_URL")
        .hasMessageNotContaining("s3cret");
  }
}
