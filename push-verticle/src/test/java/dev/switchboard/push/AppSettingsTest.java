package dev.switchboard.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.push.apns.ApnsSettings;
import dev.switchboard.push.config.ServiceAddress;
import dev.switchboard.push.devices.ApnsEnvironment;
import dev.switchboard.push.fcm.FcmSettings;
import dev.switchboard.push.send.MockSender;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AppSettingsTest {
  private static final String KEY =
      "key: '-----BEGIN PRIVATE KEY----- s3cret', key_id: ABC123DEFG, team_id: DEF123GHIJ";

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
    Await.await(vertx.close());
  }

  private static PushSettings read(String apps, String... more) {
    Map<String, String> values = new HashMap<>(Map.of("PUSH_APPS", apps));
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return PushSettings.from(Settings.of(values));
  }

  private Providers providers(PushSettings settings) {
    return Providers.of(
        settings,
        app -> new MockSender(),
        app -> false,
        vertx,
        (device, environment) -> {},
        InstantSource.system(),
        new MockSender());
  }

  @Test
  void mapping() {
    PushSettings settings =
        read(
            """
            kids:
              apns:
                bundleId: com.example.kids
                key: /run/kids.p8
                key_id: ABC123DEFG
                team-id: DEF123GHIJ
                environment: production
                server_sandbox: localhost:2197
              fcm:
                service_account: '{"project_id": "kids"}'
                messages_per_minute: 1000
                android_channel: calls
            work: {}
            """,
            "APNS_SERVER",
            "relay:1",
            "FCM_ENDPOINT",
            "relay:2");
    assertThat(settings.apps().names()).containsExactly("default", "kids", "work");
    AppSettings kids = settings.ofApps().getFirst();
    ApnsSettings apns = kids.apns().orElseThrow();
    assertThat(apns.bundleId()).contains("com.example.kids");
    assertThat(apns.keyPath()).contains("/run/kids.p8");
    assertThat(apns.keyId()).contains("ABC123DEFG");
    assertThat(apns.teamId()).contains("DEF123GHIJ");
    assertThat(apns.environment()).isEqualTo(ApnsEnvironment.PRODUCTION);
    assertThat(apns.server()).isEmpty();
    assertThat(apns.servers())
        .containsOnly(
            Map.entry(ApnsEnvironment.SANDBOX, new ServiceAddress("localhost", 2197, true)));
    FcmSettings fcm = kids.fcm().orElseThrow();
    assertThat(fcm.credentialsJson()).contains("{\"project_id\": \"kids\"}");
    assertThat(fcm.perMinute()).isEqualTo(1_000);
    assertThat(fcm.androidChannel()).contains("calls");
    assertThat(fcm.endpoint()).contains(new ServiceAddress("relay", 2, true));
    AppSettings work = settings.ofApps().getLast();
    assertThat(work.apns()).isEmpty();
    assertThat(work.fcm()).isEmpty();
  }

  @Test
  void environmentsHaveAppleServersUnlessOneIsNamed() {
    PushSettings apple = read("{}");
    assertThat(apple.apns().server()).isEmpty();
    PushSettings named = read("{}", "APNS_SERVER_SANDBOX", "a:1", "APNS_SERVER_PRODUCTION", "b:2");
    assertThat(named.apns().servers()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "{kids: {pigeon: {}}}~kids has a section that is not one of apns, fcm, vapid: 'pigeon'",
        "{kids: {apns: {}}}~kids.apns.key: is missing",
        "{kids: {apns: {key: /k.p8, key_id: a}}}~kids.apns.team_id: is missing",
        "{kids: {apns: {wings: s3cret}}}~kids.apns.wings: is not one of bundle_id, key,",
        "{kids: {apns: {key_id: a, keyId: b}}}~kids.apns.key_id: stands there twice",
        "{kids: {fcm: {project_id: p}}}~kids.fcm.service_account: is missing",
        "{kids: {fcm: {service_account: /a, messages_per_minute: s3cret}}}"
            + "~kids.fcm.messages_per_minute: is not a whole number from 60",
      })
  void wrongEntryIsNamedInOneLine(String apps, String problem) {
    assertThatThrownBy(() -> read(apps))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("PUSH_APPS: " + problem)
        .hasMessageNotContaining("s3cret")
        .hasMessageNotContaining("\n");
  }

  @Test
  void keyThatIsNoneStopsTheStartThoughItIsNotStrict() {
    String inline = "{kids: {apns: {bundle_id: b, " + KEY + "}}}";
    assertThatThrownBy(() -> providers(read(inline)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("PUSH_APPS: kids.apns.key: is not the text of a .p8 file")
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> providers(read(inline.replaceAll("key: '[^']*'", "key: /nowhere"))))
        .hasMessageStartingWith("PUSH_APPS: kids.apns.key: '/nowhere' can't be read");
    assertThatThrownBy(
            () -> providers(read("{kids: {fcm: {service_account: {project_id: s3cret}}}}")))
        .hasMessageStartingWith("PUSH_APPS: kids.fcm.service_account: is no service account")
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> providers(read("{kids: {fcm: {service_account: {a: b}}}}")))
        .hasMessageStartingWith("PUSH_APPS: kids.fcm.project_id: is missing");
  }

  @Test
  void documentWithKeysThatOthersMayReadIsRefusedByAStrictStart(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("apps.yml");
    Files.writeString(file, "{kids: {apns: {bundle_id: b, " + KEY + "}}}");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> read(file.toString(), "PUSH_STRICT", "on"))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining(file.toString());
    assertThat(read(file.toString()).ofApps()).hasSize(1);
  }

  @Test
  void noMockStandsInForADefaultAppThatThereIsNot() {
    assertThat(read("{kids: {}}", "APP_ENV", "production").providers()).isEmpty();
    assertThat(read("{kids: {}}").providers()).containsExactly(Provider.MOCK);
    assertThat(read("{}", "APP_ENV", "production").providers()).containsExactly(Provider.MOCK);
  }
}
