package dev.switchboard.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.push.send.MockSender;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PushSettingsTest {
  private static PushSettings read(String... namesAndValues) {
    var values = new java.util.HashMap<String, String>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return PushSettings.from(Settings.of(Map.copyOf(values)));
  }

  private static Providers providers(PushSettings settings) {
    return Providers.of(settings, new MockSender());
  }

  @Test
  void defaults() {
    assertThat(read()).isEqualTo(new PushSettings(true, false, Set.of(Provider.MOCK), List.of()));
  }

  @Test
  void mapping() {
    assertThat(
            read(
                "PUSH_ENABLED", "off",
                "PUSH_STRICT", "true",
                "PUSH_PROVIDERS", "fcm, APNS ,webpush",
                "PUSH_PROVIDER", "mock"))
        .isEqualTo(
            new PushSettings(
                false, true, Set.of(Provider.FCM, Provider.APNS, Provider.WEBPUSH), List.of()));
  }

  @Test
  void singleProviderIsUnderstood() {
    assertThat(read("PUSH_PROVIDER", "fcm").providers()).containsExactly(Provider.FCM);
  }

  @Test
  void unknownProviderFallsBackToMockOrStopsAStrictStart() {
    PushSettings settings = read("PUSH_PROVIDERS", "pigeon");
    assertThat(settings.unknown()).containsExactly("pigeon");
    assertThat(providers(settings).senders()).hasSize(4);
    assertThat(providers(settings).degraded()).isTrue();
    assertThatThrownBy(() -> read("PUSH_PROVIDERS", "pigeon", "PUSH_STRICT", "on"))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("PUSH_PROVIDERS")
        .hasMessageContaining("pigeon");
  }

  @Test
  void providerThatCanNotRunLeavesItsTypesToTheMock() {
    Providers apns = providers(read("PUSH_PROVIDERS", "apns"));
    assertThat(apns.senders()).containsOnlyKeys("apns", "apns_voip");
    assertThat(apns.degraded()).isTrue();
    assertThat(apns.isRunning(Provider.APNS)).isFalse();
    assertThatThrownBy(() -> providers(read("PUSH_PROVIDERS", "apns", "PUSH_STRICT", "on")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("apns");
  }

  @Test
  void mockReachesEveryTypeAndDegradesNothing() {
    Providers mock = providers(read());
    assertThat(mock.senders()).containsOnlyKeys("fcm", "apns", "apns_voip", "webpush");
    assertThat(mock.degraded()).isFalse();
  }
}
