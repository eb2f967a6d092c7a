package dev.switchboard.push.webhooks;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.outbound.Endpoint;
import dev.switchboard.shared.webhooks.WebhookSigner;
import org.jspecify.annotations.Nullable;

/**
 * The settings of webhooks.
 *
 * @param url {@code WEBHOOK_URL}; null sends nothing
 * @param signer {@code WEBHOOK_SECRET}
 * @param allowPrivate {@code WEBHOOK_ALLOW_PRIVATE}: the receiver may be on an internal address,
 *     and do without TLS
 */
record WebhookSettings(@Nullable Endpoint url, WebhookSigner signer, boolean allowPrivate) {
  /** Reads them; throws {@link BadSettingException}, which shows neither URL nor secret. */
  static WebhookSettings from(Settings settings) {
    Endpoint url = settings.text("WEBHOOK_URL").map(WebhookSettings::url).orElse(null);
    WebhookSigner signer = WebhookSigner.from(settings);
    if (url != null && !signer.isConfigured()) {
      throw new BadSettingException(
          "WEBHOOK_SECRET",
          "is missing: receivers check signatures; make one with:"
              + " echo whsec_$(openssl rand -base64 32)");
    }
    return new WebhookSettings(url, signer, settings.flag("WEBHOOK_ALLOW_PRIVATE", false));
  }

  private static Endpoint url(String text) {
    try {
      return Endpoint.parse(text);
    } catch (BadFieldException e) {
      throw new BadSettingException(
          "WEBHOOK_URL", "must be a URL of a host, such as https://backend.example/webhooks");
    }
  }
}
