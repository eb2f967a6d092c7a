package dev.switchboard.ice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.ice.provider.ListProvider;
import dev.switchboard.ice.relay.Relay;
import dev.switchboard.ice.relay.Relay.Transport;
import dev.switchboard.ice.server.Credential;
import dev.switchboard.ice.server.IceUrls;
import dev.switchboard.ice.server.TurnServer;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IceSettingsTest {
  private static IceSettings read(Map<String, String> values) {
    return IceSettings.from(Settings.of(values));
  }

  @Test
  void defaults() {
    assertThat(read(Map.of()))
        .isEqualTo(
            new IceSettings(
                List.of("stun:stun.l.google.com:19302"),
                List.of(),
                List.of(),
                Optional.empty(),
                86_400,
                3_600,
                600,
                IceSettings.Access.OPTIONAL,
                60,
                Optional.empty()));
  }

  @Test
  void ownRelayIsTheStunServerOfProduction() {
    assertThat(
            read(Map.of("APP_ENV", "production", "TURN_SERVER_URL", "turn:relay:3478,turns:relay"))
                .stunUrls())
        .containsExactly("stun:relay:3478");
  }

  @Test
  void badRelayIsToldUnderItsOwnName() {
    assertThatThrownBy(
            () -> read(Map.of("APP_ENV", "production", "TURN_SERVER_URL", "turn:a:70000")))
        .hasMessageStartingWith("TURN_SERVER_URL: ");
  }

  @Test
  void everySettingIsMapped() {
    assertThat(
            read(
                Map.of(
                    "STUN_SERVER_URL", "stun:a, stun:b:5349",
                    "TURN_SERVER_URL", "turn:c",
                    "TURN_STATIC_SECRET", "new,old",
                    "TURN_USERNAME", "u",
                    "TURN_CREDENTIAL", "p",
                    "TURN_CREDENTIAL_TTL", "100",
                    "TURN_ANONYMOUS_TTL", "50",
                    "TURN_CALL_TTL", "20",
                    "ICE_AUTH", "required",
                    "RATE_ICE_PER_MINUTE", "0")))
        .isEqualTo(
            new IceSettings(
                List.of("stun:a", "stun:b:5349"),
                List.of(
                    new TurnServer(
                        new Relay("turn:c", Transport.UDP, "c", 3478), Optional.empty())),
                List.of("new", "old"),
                Optional.of(new Credential("u", "p")),
                100,
                50,
                20,
                IceSettings.Access.REQUIRED,
                0,
                Optional.empty()));
  }

  @Test
  void otherNamesOfTheSameSettingCount() {
    IceSettings settings =
        read(
            Map.of(
                "WEBRTC_STUN_SERVERS", "stun:a",
                "WEBRTC_TURN_SERVERS", "turn:b",
                "TURN_USERNAME", "u",
                "TURN_PASSWORD", "p"));

    assertThat(settings.stunUrls()).containsExactly("stun:a");
    assertThat(settings.usableTurnServers()).hasSize(1);
    assertThat(settings.staticCredential()).contains(new Credential("u", "p"));
  }

  @ParameterizedTest
  @CsvSource({
    "turn:h, UDP, h, 3478",
    "turn:h:80?transport=tcp, TCP, h, 80",
    "turns:h, TLS, h, 5349",
    "turns:h:443?transport=tcp, TLS, h, 443",
    "turn:[::1]:3479, UDP, ::1, 3479",
    "TURN:10.0.0.1?transport=udp, UDP, 10.0.0.1, 3478",
    "turn:1.2.3.example, UDP, 1.2.3.example, 3478",
  })
  void transportAndPortComeFromTheUrl(String url, Transport transport, String host, int port) {
    Relay relay = IceUrls.turn("TURN_SERVER_URL", url).relay();

    assertThat(relay.transport()).isEqualTo(transport);
    assertThat(relay.host()).isEqualTo(host);
    assertThat(relay.port()).isEqualTo(port);
  }

  @Test
  void credentialsInAnEntryAreDecodedAndLeaveTheUrl() {
    TurnServer server =
        IceUrls.turn("TURN_SERVER_URL", "turn:us%3Aer:p+%2C@ss@h:3478?transport=tcp");

    assertThat(server.relay().url()).isEqualTo("turn:h:3478?transport=tcp");
    assertThat(server.own()).contains(new Credential("us:er", "p+,@ss"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://h",
        "turn:",
        "turn://h",
        "turn:h:0",
        "turn:h:70000",
        "turn:h?transport=sctp",
        "turns:h?transport=udp",
        "turn:h?transport=UDP",
        "turns:h?transport=Tcp",
        "turn:999.1.1.1",
        "turn:1.2.3",
        "turn:relay.example.1",
        "turn:01.2.3.4.5",
        "turn:h.0x10",
        "turn:h.0X",
        "turn:h:993",
        "turns:h:995",
        "turn:h:5060?transport=tcp",
        "turn:h:9",
        "turn:[::g]",
        "turn:hunter2@h",
        "turn:u:hunter2@",
        "stun:h",
        "turn:u:hunter2%zz@h",
        "turn:u:hunter2@h:0"
      })
  void badTurnUrlsAreRefusedWithoutTheirPassword(String url) {
    assertThatThrownBy(() -> read(Map.of("WEBRTC_TURN_SERVERS", url)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("WEBRTC_TURN_SERVERS: ")
        .hasMessageNotContaining("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "turn:h",
        "stun:",
        "stun:u:p@h",
        "stun:h:99999",
        "stun:h?transport=udp",
        "stuns:h:5349",
        "stun:256.1.1.1",
        "stun:h:5060",
        "stun:h:0"
      })
  void badStunUrlsAreRefused(String url) {
    assertThatThrownBy(() -> read(Map.of("STUN_SERVER_URL", url)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("STUN_SERVER_URL: ");
  }

  @ParameterizedTest
  @CsvSource({
    "TURN_PORT, x",
    "TURN_ALT_PORT, 0",
    "TURN_TLS_PORT, 70000",
    "TURN_MIN_PORT, x",
    "TURN_MAX_PORT, x",
    "TURN_MIN_PORT, 65535.5",
    "TURN_TLS_ENABLED, maybe",
    "TURN_USER_QUOTA, 0",
  })
  void badSettingOfTheRelayIsNamed(String name, String value) {
    assertThatThrownBy(() -> read(Map.of(name, value)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith(name + ": '" + value + "'");
  }

  @Test
  void portsOfTheRelayAreInOrder() {
    assertThatThrownBy(() -> read(Map.of("TURN_MIN_PORT", "50001", "TURN_MAX_PORT", "50000")))
        .isInstanceOf(BadSettingException.class)
        .hasMessage("TURN_MIN_PORT: '50001' is above TURN_MAX_PORT, 50000");
  }

  @Test
  void halfAStaticCredentialIsRefused() {
    assertThatThrownBy(() -> read(Map.of("TURN_USERNAME", "u")))
        .hasMessageStartingWith("TURN_CREDENTIAL: ");
    assertThatThrownBy(() -> read(Map.of("TURN_PASSWORD", "p")))
        .hasMessageStartingWith("TURN_USERNAME: ");
  }

  @Test
  void theSourceOfCredentialsIsChosenOrFollowsFromWhatIsSet() {
    Map<String, String> both =
        Map.of("TURN_STATIC_SECRET", "s", "TURN_USERNAME", "u", "TURN_CREDENTIAL", "p");
    Map<String, String> byName = new HashMap<>(both);
    byName.put("TURN_PROVIDER", "static");

    assertThat(read(both).turnSecrets()).containsExactly("s");
    assertThat(read(byName).turnSecrets()).isEmpty();
    assertThat(read(byName).staticCredential()).contains(new Credential("u", "p"));
  }

  @Test
  void aProviderIsReadWithItsAccount() {
    IceSettings cloudflare =
        read(
            Map.of(
                "TURN_PROVIDER", "cloudflare",
                "CLOUDFLARE_TURN_KEY_ID", "k",
                "CLOUDFLARE_TURN_API_TOKEN", "t",
                "TURN_STATIC_SECRET", "unused"));
    assertThat(cloudflare.provider())
        .contains(
            new ListProvider.Cloudflare(URI.create("https://rtc.live.cloudflare.com"), "k", "t"));
    assertThat(cloudflare.turnSecrets()).isEmpty();
    assertThat(
            read(Map.of(
                    "TURN_PROVIDER", "TWILIO",
                    "TWILIO_ACCOUNT_SID", "AC1",
                    "TWILIO_API_KEY_SID", "SK1",
                    "TWILIO_API_KEY_SECRET", "s",
                    "TWILIO_ENDPOINT", "http://proxy:8080/twilio"))
                .provider())
        .contains(
            new ListProvider.Twilio(URI.create("http://proxy:8080/twilio"), "AC1", "SK1", "s"));
  }

  @ParameterizedTest
  @CsvSource({
    "TURN_PROVIDER, xirsys, TURN_PROVIDER: 'xirsys' is not one of secret",
    "TURN_PROVIDER, secret, TURN_STATIC_SECRET: is missing",
    "TURN_PROVIDER, static, TURN_USERNAME: is missing",
    "TURN_PROVIDER, cloudflare, CLOUDFLARE_TURN_KEY_ID: is missing",
    "TURN_PROVIDER, twilio, TWILIO_ACCOUNT_SID: is missing",
    "TWILIO_ENDPOINT, ftp://x, TWILIO_ENDPOINT: 'ftp://x'",
    "CLOUDFLARE_TURN_ENDPOINT, https://u:hunter2@h, CLOUDFLARE_TURN_ENDPOINT: a URL (not shown",
    "TWILIO_ENDPOINT, https://h?x=1, TWILIO_ENDPOINT: ",
  })
  void aBadProviderIsNamed(String name, String value, String message) {
    assertThatThrownBy(() -> read(Map.of(name, value)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith(message)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void aTokenThatNoHeaderCanHoldIsRefusedUnseen() {
    assertThatThrownBy(
            () ->
                read(
                    Map.of(
                        "TURN_PROVIDER", "cloudflare",
                        "CLOUDFLARE_TURN_KEY_ID", "k",
                        "CLOUDFLARE_TURN_API_TOKEN", "hunter2\r\nX: y")))
        .hasMessageStartingWith("CLOUDFLARE_TURN_API_TOKEN: ")
        .hasMessageNotContaining("hunter2");
  }
}
