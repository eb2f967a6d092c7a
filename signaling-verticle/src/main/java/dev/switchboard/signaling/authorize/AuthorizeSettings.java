package dev.switchboard.signaling.authorize;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.outbound.Endpoint;
import dev.switchboard.shared.webhooks.WebhookSigner;
import org.jspecify.annotations.Nullable;

/**
 * Whom to ask before a call rings.
 *
 * @param url {@code CALL_AUTHORIZE_URL}; null asks nobody
 * @param allowOnError {@code CALL_AUTHORIZE_ON_ERROR}: whether a call rings where there is no
 *     answer
 * @param signer {@code WEBHOOK_SECRET}: without one requests are not signed
 * @param allowPrivate {@code WEBHOOK_ALLOW_PRIVATE}, as for webhooks
 */
public record AuthorizeSettings(
    @Nullable Endpoint url, boolean allowOnError, WebhookSigner signer, boolean allowPrivate) {
  private enum OnError {
    ALLOW,
    DENY
  }

  /** Reads them; throws {@link BadSettingException}, which shows neither URL nor secret. */
  public static AuthorizeSettings from(Settings settings) {
    return new AuthorizeSettings(
        settings.text("CALL_AUTHORIZE_URL").map(AuthorizeSettings::url).orElse(null),
        settings.choice("CALL_AUTHORIZE_ON_ERROR", OnError.class, OnError.ALLOW) == OnError.ALLOW,
        WebhookSigner.from(settings),
        settings.flag("WEBHOOK_ALLOW_PRIVATE", false));
  }

  private static Endpoint url(String text) {
    try {
      return Endpoint.parse(text);
    } catch (BadFieldException e) {
      throw new BadSettingException(
          "CALL_AUTHORIZE_URL",
          "must be a URL of a host, such as https://backend.example/may-ring");
    }
  }
}
