package dev.switchboard.shared.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pages may call, and whose word on the client's address counts. */
class HttpSettingsTest {
  private static AllowedOrigins origins(Map<String, String> values) {
    return AllowedOrigins.from(Settings.of(values));
  }

  private static String client(String proxies, String peer, String forwardedFor) {
    return TrustedProxies.from(Settings.of(Map.of("TRUSTED_PROXIES", proxies)))
        .client(peer, Optional.of(forwardedFor).filter(text -> !text.isEmpty()));
  }

  @Test
  void everyOriginMayCallUnlessSomeAreNamed() {
    assertThat(origins(Map.of()).allows("https://any.example")).isTrue();
    AllowedOrigins named = origins(Map.of("CORS_ORIGIN", "https://a.example/, https://b.example"));
    assertThat(named.allows("https://a.example")).isTrue();
    assertThat(named.allows("https://b.example")).isTrue();
    assertThat(named.allows("https://c.example")).isFalse();
    assertThat(named.allows("https://a.example.evil.example")).isFalse();
    assertThat(named.allows(null)).isTrue();
  }

  @Test
  void clientUrlIsAnotherName() {
    AllowedOrigins both =
        origins(Map.of("CLIENT_URL", "https://a.example", "CORS_ORIGIN", "https://b.example"));
    assertThat(both.allows("https://a.example")).isTrue();
    assertThat(both.allows("https://b.example")).isTrue();
    assertThat(origins(Map.of("CLIENT_URL", "https://a.example")).allows("https://b.example"))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "https://calls.example,https://calls.example",
    "https://calls.example,https://calls.example:443",
    "https://calls.example,wss://calls.example",
    "https://calls.example:443,https://calls.example",
    "HTTPS://Calls.Example,https://calls.example",
    "https://calls.example,HTTPS://CALLS.example",
    "https://calls.example/chat/?room=1#top,https://calls.example",
    "wss://calls.example/,https://calls.example",
    "http://calls.example:80,ws://calls.example",
    "http://localhost:8080,http://localhost:8080",
    "https://bücher.example,https://xn--bcher-kva.example",
    "https://[2001:DB8::0:1]:8443,https://[2001:db8::1]:8443",
    "http://10.0.0.1,http://10.0.0.1:80",
    "file://,file://",
    "file:///android_asset/index.html,file://",
    "null,null",
    "capacitor://localhost,capacitor://localhost",
    "Ionic://localhost/,ionic://localhost",
    "chrome-extension://abcdef,chrome-extension://abcdef"
  })
  void oneOriginHasManySpellings(String named, String sent) {
    assertThat(origins(Map.of("CORS_ORIGIN", named)).allows(sent)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "https://calls.example,http://calls.example",
    "https://calls.example,https://calls.example:80",
    "https://calls.example,https://calls.example.evil.example",
    "https://calls.example,https://calls.example@evil.example",
    "https://calls.example,https://evil.example/calls.example",
    "https://calls.example,null",
    "https://calls.example,calls.example",
    "http://localhost,https://localhost",
    "http://localhost,http://localhost:3000",
    "http://localhost,capacitor://localhost",
    "file://,null",
    "null,file://"
  })
  void anotherOriginIsAnother(String named, String sent) {
    assertThat(origins(Map.of("CORS_ORIGIN", named)).allows(sent)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app.example",
        "localhost:3000",
        "https://",
        "https:/app.example",
        "https://app.example:99999",
        "https://app.example:https",
        "https://*.app.example",
        "https://app example",
        "https://[::1",
        "//app.example",
        "all"
      })
  void whatIsNoOriginIsNamed(String value) {
    assertThatThrownBy(() -> origins(Map.of("CLIENT_URL", "https://a.example," + value)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("CLIENT_URL: '" + value + "' is no origin");
  }

  @Test
  void aPasswordInAnOriginIsNotTold() {
    assertThatThrownBy(() -> origins(Map.of("CORS_ORIGIN", "https://ann:secret@app.example")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void whatIsNoOriginIsRefused() {
    assertThatThrownBy(() -> origins(Map.of("CORS_ORIGIN", "https://a.example, app.example")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("CORS_ORIGIN: 'app.example'");
    assertThat(origins(Map.of("CORS_ORIGIN", "capacitor://localhost")).allows(null)).isTrue();
  }

  @Test
  void productionAllowsNoForeignPageByDefault() {
    AllowedOrigins none = origins(Map.of("APP_ENV", "production"));
    assertThat(none.allows("https://any.example")).isFalse();
    assertThat(none.allows(null)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "'',10.0.0.1,9.9.9.9,10.0.0.1",
    "10.0.0.0/8,10.0.0.1,9.9.9.9,9.9.9.9",
    "10.0.0.0/8,11.0.0.1,9.9.9.9,11.0.0.1",
    "10.0.0.1,10.0.0.1,'6.6.6.6, 9.9.9.9',9.9.9.9",
    "10.0.0.0/8,10.0.0.1,'9.9.9.9, 10.0.0.2',9.9.9.9",
    "10.0.0.0/8,10.0.0.1,9.9.9.9:1234,9.9.9.9",
    "10.0.0.0/8,10.0.0.1,nonsense,10.0.0.1",
    "10.0.0.0/8,10.0.0.1,'',10.0.0.1",
    "2001:db8::/32,2001:db8::1,[2001:db9::1]:80,2001:db9:0:0:0:0:0:1"
  })
  void onlyTrustedProxiesAreBelieved(
      String proxies, String peer, String forwardedFor, String client) {
    assertThat(client(proxies, peer, forwardedFor)).isEqualTo(client);
  }

  @ParameterizedTest
  @ValueSource(strings = {"proxy.example", "10.0.0.0/33", "10.0.0.0/x", "::/129"})
  void badProxyIsNamed(String value) {
    assertThatThrownBy(() -> client(value, "10.0.0.1", ""))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("TRUSTED_PROXIES: '" + value + "'");
  }
}
