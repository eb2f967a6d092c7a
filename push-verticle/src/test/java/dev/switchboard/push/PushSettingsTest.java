package dev.switchboard.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.push.config.ServiceAddress;
import dev.switchboard.push.devices.ApnsEnvironment;
import dev.switchboard.push.send.MockSender;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.push.PushApps;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PushSettingsTest {
  private static PushSettings read(String... namesAndValues) {
    var values = new java.util.HashMap<String, String>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return PushSettings.from(Settings.of(Map.copyOf(values)));
  }

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
    Await.await(vertx.close());
  }

  private Providers providers(PushSettings settings) {
    return Providers.of(
        settings,
        app -> {
          throw new BadSettingException("SECRETS_KEY", "is missing");
        },
        app -> false,
        vertx,
        (device, environment) -> {},
        InstantSource.system(),
        new MockSender());
  }

  @Test
  void defaults() {
    PushSettings settings = read();
    assertThat(settings.enabled()).isTrue();
    assertThat(settings.strict()).isFalse();
    assertThat(settings.providers()).containsExactly(Provider.MOCK);
    assertThat(settings.unknown()).isEmpty();
    assertThat(settings.stale()).isEqualTo(Duration.ofDays(270));
    assertThat(settings.apns().environment()).isEqualTo(ApnsEnvironment.SANDBOX);
    assertThat(settings.fcm().perMinute()).isEqualTo(600_000);
  }

  @Test
  void mapping() {
    PushSettings settings =
        read(
            "PUSH_ENABLED", "off",
            "PUSH_STRICT", "true",
            "PUSH_PROVIDERS", "fcm, APNS ,webpush",
            "PUSH_PROVIDER", "mock",
            "PUSH_STALE_DAYS", "10",
            "FCM_MESSAGES_PER_MINUTE", "1000",
            "FIREBASE_PROJECT_ID", "p",
            "FCM_ENDPOINT", "http://127.0.0.1:81",
            "APNS_SERVER", "localhost:2197",
            "APNS_BUNDLE_ID", "b");
    assertThat(settings.enabled()).isFalse();
    assertThat(settings.strict()).isTrue();
    assertThat(settings.providers())
        .containsExactlyInAnyOrder(Provider.FCM, Provider.APNS, Provider.WEBPUSH);
    assertThat(settings.stale()).isEqualTo(Duration.ofDays(10));
    assertThat(settings.fcm().perMinute()).isEqualTo(1_000);
    assertThat(settings.fcm().projectId()).contains("p");
    assertThat(settings.fcm().endpoint()).contains(new ServiceAddress("127.0.0.1", 81, false));
    assertThat(settings.apns().server()).contains(new ServiceAddress("localhost", 2197, true));
    assertThat(settings.apns().bundleId()).contains("b");
  }

  @Test
  void apnsEnvironmentWinsOverTheFlag() {
    assertThat(read("APNS_PRODUCTION", "true").apns().environment())
        .isEqualTo(ApnsEnvironment.PRODUCTION);
    assertThat(read("APNS_ENVIRONMENT", "production").apns().environment())
        .isEqualTo(ApnsEnvironment.PRODUCTION);
    assertThat(read("APNS_ENVIRONMENT", "sandbox", "APNS_PRODUCTION", "true").apns().environment())
        .isEqualTo(ApnsEnvironment.SANDBOX);
    assertThatThrownBy(() -> read("APNS_ENVIRONMENT", "moon"))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("APNS_ENVIRONMENT");
    assertThatThrownBy(() -> read("PUSH_TRUSTED_CA_PATH", "/nowhere.pem"))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("/nowhere.pem");
  }

  @Test
  void addressThatCanNotWorkIsRefused() {
    for (String server : List.of("http://x:1", "HTTP://x", "x:0", "x:99999", "ftp://x", "a b")) {
      assertThatThrownBy(() -> read("APNS_SERVER", server))
          .isInstanceOf(BadSettingException.class)
          .hasMessageStartingWith("APNS_SERVER: '" + server + "'");
    }
    assertThat(read("APNS_SERVER", "https://x").apns().server())
        .contains(new ServiceAddress("x", 443, true));
    assertThatThrownBy(() -> read("FCM_ENDPOINT", "http://x:0"))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("FCM_ENDPOINT");
  }

  @Test
  void withoutAChoiceWhatHasItsKeysRuns() {
    String secrets = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    assertThat(read("SECRETS_KEY", secrets).providers())
        .containsExactlyInAnyOrder(Provider.MOCK, Provider.WEBPUSH);
    for (String name :
        List.of(
            "FCM_CREDENTIALS_PATH",
            "FIREBASE_PRIVATE_KEY_PATH",
            "FCM_SERVICE_ACCOUNT_PATH",
            "FCM_CREDENTIALS_JSON",
            "FIREBASE_PROJECT_ID")) {
      assertThat(read("SECRETS_KEY", secrets, name, "x").providers())
          .containsExactlyInAnyOrder(Provider.FCM, Provider.WEBPUSH);
    }
    for (String name : List.of("APNS_KEY_PATH", "APNS_CERT_PATH", "APNS_KEY_ID", "APNS_TEAM_ID")) {
      assertThat(read(name, "x", "FCM_CREDENTIALS_JSON", "{}").providers())
          .containsExactlyInAnyOrder(Provider.FCM, Provider.APNS);
    }
    assertThat(read("APNS_ENVIRONMENT", "production").providers()).containsExactly(Provider.MOCK);
    assertThat(read("PUSH_PROVIDERS", " , ", "FCM_CREDENTIALS_JSON", "{}").providers())
        .containsExactly(Provider.FCM);
    assertThat(read("PUSH_PROVIDER", "mock", "FCM_CREDENTIALS_JSON", "{}").providers())
        .containsExactly(Provider.MOCK);
  }

  @Test
  void keyFileIsNamedByTheSettingThatNamesIt() {
    assertThatThrownBy(
            () -> providers(read("FCM_SERVICE_ACCOUNT_PATH", "/nowhere", "PUSH_STRICT", "on")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("FCM_SERVICE_ACCOUNT_PATH")
        .hasMessageContaining("/nowhere");
  }

  @Test
  void partOfAKeyIsDegradedAndTheRestIsNamed() {
    Providers partly = providers(read("APNS_KEY_PATH", "/key.p8", "APNS_KEY_ID", "ABC123DEFG"));
    assertThat(partly.degraded()).isTrue();
    assertThat(partly.isRunning(Provider.APNS, PushApps.DEFAULT)).isFalse();
    assertThatThrownBy(() -> providers(read("APNS_KEY_PATH", "/key.p8", "PUSH_STRICT", "on")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("APNS_KEY_ID")
        .hasMessageContaining("APNS_TEAM_ID")
        .hasMessageContaining("APNS_BUNDLE_ID");
    assertThat(providers(read("FIREBASE_PROJECT_ID", "demo")).degraded()).isTrue();
  }

  @Test
  void mockInProductionIsDegradedAndStopsAStrictStart() {
    assertThat(providers(read("APP_ENV", "production")).degraded()).isTrue();
    assertThat(providers(read("APP_ENV", "production", "PUSH_PROVIDERS", "mock")).degraded())
        .isTrue();
    assertThat(providers(read("APP_ENV", "production", "PUSH_ENABLED", "off")).degraded())
        .isFalse();
    assertThatThrownBy(() -> providers(read("APP_ENV", "production", "PUSH_STRICT", "on")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("PUSH_PROVIDERS")
        .hasMessageContaining("production");
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
    assertThat(apns.reached()).containsExactlyInAnyOrder("apns", "apns_voip");
    assertThat(apns.degraded()).isTrue();
    assertThat(apns.isRunning(Provider.APNS, PushApps.DEFAULT)).isFalse();
    assertThatThrownBy(() -> providers(read("PUSH_PROVIDERS", "apns", "PUSH_STRICT", "on")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("APNS_BUNDLE_ID");
  }

  @Test
  void webPushThatCanNotRunIsMockedToo() {
    Providers webPush = providers(read("PUSH_PROVIDERS", "webpush"));
    assertThat(webPush.reached()).containsExactlyInAnyOrder("webpush");
    assertThat(webPush.degraded()).isTrue();
    assertThatThrownBy(() -> providers(read("PUSH_PROVIDERS", "webpush", "PUSH_STRICT", "on")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("SECRETS_KEY");
  }

  @Test
  void mockReachesEveryTypeAndDegradesNothing() {
    Providers mock = providers(read());
    assertThat(mock.reached()).containsExactlyInAnyOrder("fcm", "apns", "apns_voip", "webpush");
    assertThat(mock.degraded()).isFalse();
  }
}
