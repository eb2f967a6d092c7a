package dev.switchboard.push.webpush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
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
}
