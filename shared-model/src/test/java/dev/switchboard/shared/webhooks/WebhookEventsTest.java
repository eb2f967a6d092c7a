package dev.switchboard.shared.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WebhookEventsTest {
  private static final String URL = "https://backend.example/hooks";

  @Test
  void nothingIsFiledWithoutAReceiver() {
    assertThat(WebhookEvents.from(Settings.of(Map.of("WEBHOOK_EVENTS", "call.ended"))))
        .isEqualTo(WebhookEvents.NONE);
  }

  @Test
  void allAreFiledByDefault() {
    WebhookEvents all = WebhookEvents.from(Settings.of(Map.of("WEBHOOK_URL", URL)));
    assertThat(all.wanted()).containsExactlyInAnyOrder(WebhookEvent.values());
  }

  @Test
  void settingNamesThem() {
    Settings settings =
        Settings.of(Map.of("WEBHOOK_URL", URL, "WEBHOOK_EVENTS", "call.ended, push.dead"));
    WebhookEvents some = WebhookEvents.from(settings);
    assertThat(some.wanted())
        .containsExactlyInAnyOrder(WebhookEvent.CALL_ENDED, WebhookEvent.PUSH_DEAD);
  }

  @Test
  void unknownNameIsRefusedEvenWithoutAReceiver() {
    Settings settings = Settings.of(Map.of("WEBHOOK_EVENTS", "call.started"));
    assertThatThrownBy(() -> WebhookEvents.from(settings))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("'call.started'")
        .hasMessageContaining("call.ringing");
  }
}
