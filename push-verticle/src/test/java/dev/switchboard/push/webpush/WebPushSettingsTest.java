package dev.switchboard.push.webpush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.push.PushApps;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WebPushSettingsTest {
  private static WebPushSettings read(Map<String, String> values) {
    return WebPushSettings.from(Settings.of(values));
  }

  @Test
  void defaults() {
    WebPushSettings settings = read(Map.of());
    assertThat(settings.configured()).isNull();
    assertThat(settings.secrets()).isNull();
    assertThat(settings.subject()).isEqualTo("mailto:webpush@example.com");
    assertThat(settings.hasDefaultSubject()).isTrue();
    assertThat(settings.allowHttp()).isFalse();
    assertThat(settings.allowPrivate()).isFalse();
    assertThat(settings.allowsHost("any.example")).isTrue();
    assertThat(settings.subscribesPerMinute()).isEqualTo(30);
  }

  @Test
  void mapping() {
    VapidKey key = VapidKey.make();
    WebPushSettings settings =
        read(
            Map.of(
                "VAPID_PUBLIC_KEY", key.id(),
                "VAPID_PRIVATE_KEY", Base64Url.encode(key.scalar()),
                "VAPID_SUBJECT", "https://example.com/contact",
                "SECRETS_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "WEBPUSH_ALLOW_HTTP", "on",
                "WEBPUSH_ALLOW_PRIVATE", "on",
                "WEBPUSH_ALLOWED_HOSTS", "Push.example",
                "RATE_SUBSCRIBE_PER_MINUTE", "3"));
    assertThat(settings.configured()).isNotNull();
    assertThat(settings.configured().id()).isEqualTo(key.id());
    assertThat(settings.secrets()).isNotNull();
    assertThat(settings.subject()).isEqualTo("https://example.com/contact");
    assertThat(settings.allowHttp()).isTrue();
    assertThat(settings.allowPrivate()).isTrue();
    assertThat(settings.allowsHost("push.example")).isTrue();
    assertThat(settings.allowsHost("other.example")).isFalse();
    assertThat(settings.subscribesPerMinute()).isEqualTo(3);
    assertThat(settings.toString()).doesNotContain(Base64Url.encode(key.scalar()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "push.example",
        "https://Push.example/",
        "https://push.example:443/path?x",
        "push.example:443",
        "*.push.example",
        ".push.example",
        "https://*.push.example",
        "push.example.",
        "other.example, push.example/"
      })
  void hostIsFoundInWhateverIsWrittenAroundIt(String hosts) {
    WebPushSettings settings = read(Map.of("WEBPUSH_ALLOWED_HOSTS", hosts));
    assertThat(settings.allowsHost("push.example")).isTrue();
    assertThat(settings.allowsHost("a.push.example")).isTrue();
    assertThat(settings.allowsHost("evilpush.example")).isFalse();
  }

  @Test
  void hostMayBeAnAddressOrOfAnotherScript() {
    for (String address : List.of("2001:db8::1", "[2001:DB8::1]", "https://[2001:db8::1]:443/")) {
      assertThat(read(Map.of("WEBPUSH_ALLOWED_HOSTS", address)).allowsHost("2001:db8::1"))
          .as(address)
          .isTrue();
    }
    assertThat(read(Map.of("WEBPUSH_ALLOWED_HOSTS", "203.0.113.7:8443")).allowedHosts())
        .containsExactly("203.0.113.7");
    assertThat(read(Map.of("WEBPUSH_ALLOWED_HOSTS", "b\u00fccher.example")).allowedHosts())
        .containsExactly("xn--bcher-kva.example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "https://",
        "a b",
        "push.example;b",
        "me@push.example",
        "a..b",
        "[::1",
        "a:b"
      })
  void whatIsNoHostIsRefused(String hosts) {
    assertThatThrownBy(() -> read(Map.of("WEBPUSH_ALLOWED_HOSTS", "ok.example," + hosts)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("WEBPUSH_ALLOWED_HOSTS: '" + hosts + "'");
  }

  @Test
  void halvesThatDoNotBelongTogetherAreRefusedWithoutShowingThem() {
    VapidKey key = VapidKey.make();
    String other = Base64Url.encode(VapidKey.make().scalar());
    assertThatThrownBy(() -> read(Map.of("VAPID_PUBLIC_KEY", key.id(), "VAPID_PRIVATE_KEY", other)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("VAPID_PRIVATE_KEY")
        .hasMessageNotContaining(other);
    assertThatThrownBy(() -> read(Map.of("VAPID_PUBLIC_KEY", key.id())))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("VAPID_PRIVATE_KEY");
    assertThatThrownBy(() -> read(Map.of("VAPID_PRIVATE_KEY", other)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("VAPID_PUBLIC_KEY")
        .hasMessageNotContaining(other);
  }

  @Test
  void appHasAPairAndASubjectOfItsOwn() {
    VapidKey pair = VapidKey.make();
    String privateKey = Base64Url.encode(pair.scalar());
    String apps =
        "{kids: {vapid: {public_key: "
            + pair.id()
            + ", private_key: "
            + privateKey
            + ", subject: 'mailto:kids@example.com'}}, work: {vapid: {}}, bare: {},"
            + " odd: {vapid: {private_key: s3cret, public_key: x}}, half: {vapid: {public_key: x}},"
            + " wrong: {vapid: {key: s3cret}}}";
    WebPushSettings settings = read(Map.of("VAPID_SUBJECT", "mailto:ops@example.com"));
    PushApps all = PushApps.from(Settings.of(Map.of("PUSH_APPS", apps)));
    WebPushSettings kids = settings.of(all, "kids").orElseThrow();
    assertThat(kids.configured()).isEqualTo(VapidKey.of(pair.id(), privateKey).orElseThrow());
    assertThat(kids.subject()).isEqualTo("mailto:kids@example.com");
    WebPushSettings work = settings.of(all, "work").orElseThrow();
    assertThat(work.configured()).isNull();
    assertThat(work.subject()).isEqualTo("mailto:ops@example.com");
    assertThat(settings.of(all, "bare")).isEmpty();
    assertThatThrownBy(() -> settings.of(all, "odd"))
        .hasMessageStartingWith("PUSH_APPS: odd.vapid.private_key: and PUSH_APPS: odd.vapid.pub")
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> settings.of(all, "half"))
        .hasMessageStartingWith("PUSH_APPS: half.vapid.private_key: is missing");
    assertThatThrownBy(() -> settings.of(all, "wrong"))
        .hasMessageStartingWith("PUSH_APPS: wrong.vapid.key: is not one of public_key,");
  }

  @ParameterizedTest
  @ValueSource(strings = {"WEBPUSH_ALLOW_HTTP", "WEBPUSH_ALLOW_PRIVATE"})
  void whatIsForTestsIsRefusedInProduction(String name) {
    assertThatThrownBy(() -> read(Map.of("APP_ENV", "production", name, "on")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining(name);
  }

  @Test
  void subjectHasToBeAWayToReachTheOperator() {
    for (String subject :
        List.of(
            "ops",
            "mailto:ops",
            "mailto:ops@localhost",
            "https://localhost",
            "https://127.0.0.1",
            "http://example.com",
            "mailto:a@b.c, d@e.f")) {
      assertThatThrownBy(() -> read(Map.of("VAPID_SUBJECT", subject)))
          .as(subject)
          .isInstanceOf(BadSettingException.class)
          .hasMessageStartingWith("VAPID_SUBJECT: '" + subject + "'");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mailto:ops@example.com",
        "mailto: ops@example.com",
        " <mailto:ops@example.com> ",
        "mailto:<ops@example.com>",
        "ops@example.com"
      })
  void subjectIsTrimmed(String subject) {
    assertThat(read(Map.of("VAPID_SUBJECT", subject)).subject())
        .isEqualTo("mailto:ops@example.com");
  }

  @Test
  void scalarMayBeWrittenAsANumber() {
    VapidKey key = VapidKey.make();
    byte[] longer = new byte[33];
    System.arraycopy(key.scalar(), 0, longer, 1, 32);
    assertThat(VapidKey.of(key.id(), Base64Url.encode(longer))).isPresent();
    VapidKey small = key;
    while (small.scalar()[0] != 0) {
      small = VapidKey.make();
    }
    byte[] shorter = Arrays.copyOfRange(small.scalar(), 1, 32);
    assertThat(VapidKey.of(small.id(), Base64Url.encode(shorter))).isPresent();
    longer[0] = 1;
    assertThat(VapidKey.of(key.id(), Base64Url.encode(longer))).isEmpty();
  }

  @Test
  void keptPairIsTheOneThatWasKept() {
    VapidKey key = VapidKey.make();
    assertThat(VapidKey.kept(key.id(), key.scalar())).contains(key);
    assertThat(VapidKey.kept(key.id(), new byte[32])).isEmpty();
    assertThat(VapidKey.kept(key.id(), new byte[31])).isEmpty();
  }
}
