package dev.switchboard.shared.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WebhookSignerTest {
  /** The example of the specification of Standard Webhooks. */
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  private static final long AT = 1_614_265_330_000L;
  private static final String BODY = "{\"test\": 2432232314}";
  private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

  private static String signature(String secrets) {
    WebhookSigner signer = WebhookSigner.from(Settings.of(Map.of("WEBHOOK_SECRET", secrets)));
    return signer.headers(ID, AT, BODY).get("webhook-signature");
  }

  @Test
  void signsAsTheSpecificationDoes() {
    assertThat(signature(SECRET)).isEqualTo(SIGNATURE);
    assertThat(
            WebhookSigner.from(Settings.of(Map.of("WEBHOOK_SECRET", SECRET))).headers(ID, AT, BODY))
        .containsEntry("webhook-id", ID)
        .containsEntry("webhook-timestamp", "1614265330");
  }

  @Test
  void eachSecretOfARotationSigns() {
    assertThat(signature("whsec_bmV3ZXI=, " + SECRET).split(" ")).hasSize(2).contains(SIGNATURE);
  }

  @Test
  void secretWithoutPrefixIsItsTextAndIfItReadsAsAKeyThatToo() {
    assertThat(signature("open sesame").split(" ")).hasSize(1);
    assertThat(signature("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").split(" "))
        .hasSize(2)
        .contains(SIGNATURE);
  }

  @Test
  void nothingIsSignedWithoutASecret() {
    WebhookSigner none = WebhookSigner.from(Settings.of(Map.of()));
    assertThat(none.isConfigured()).isFalse();
    assertThat(none.headers(ID, AT, BODY)).doesNotContainKey("webhook-signature");
  }

  @Test
  void badSecretIsRefusedWithoutShowingIt() {
    assertThatThrownBy(() -> signature("whsec_not*base64"))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("WEBHOOK_SECRET")
        .hasMessageNotContaining("not*base64");
  }
}
