package dev.switchboard.ice.provider;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.net.URI;
import java.util.Optional;

/** Reads which provider lists are minted by, with its account. */
public final class ProviderSettings {
  private static final String PRINTABLE = "[\\x21-\\x7e]{1,4096}";
  private static final String NAME = "[A-Za-z0-9_-]{1,128}";

  private ProviderSettings() {}

  /** What Cloudflare takes; throws {@link BadSettingException} for what is missing or no good. */
  public static ListProvider cloudflare(Settings settings) {
    return new ListProvider.Cloudflare(
        endpoint(settings, "CLOUDFLARE_TURN_ENDPOINT", "https://rtc.live.cloudflare.com"),
        required(settings, "CLOUDFLARE_TURN_KEY_ID", NAME),
        required(settings, "CLOUDFLARE_TURN_API_TOKEN", PRINTABLE));
  }

  /** What Twilio takes; throws {@link BadSettingException} for what is missing or no good. */
  public static ListProvider twilio(Settings settings) {
    String account = required(settings, "TWILIO_ACCOUNT_SID", NAME);
    boolean byKey = settings.text("TWILIO_API_KEY_SID").isPresent();
    return new ListProvider.Twilio(
        endpoint(settings, "TWILIO_ENDPOINT", "https://api.twilio.com"),
        account,
        byKey ? required(settings, "TWILIO_API_KEY_SID", NAME) : account,
        required(settings, byKey ? "TWILIO_API_KEY_SECRET" : "TWILIO_AUTH_TOKEN", PRINTABLE));
  }

  /** Reads every name, so that all are known, and a wrong address is told whoever is asked. */
  public static void look(Settings settings) {
    endpoint(settings, "CLOUDFLARE_TURN_ENDPOINT", "https://rtc.live.cloudflare.com");
    endpoint(settings, "TWILIO_ENDPOINT", "https://api.twilio.com");
    settings.firstOf("CLOUDFLARE_TURN_KEY_ID", "CLOUDFLARE_TURN_API_TOKEN");
    settings.firstOf("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN");
    settings.firstOf("TWILIO_API_KEY_SID", "TWILIO_API_KEY_SECRET");
  }

  private static String required(Settings settings, String name, String form) {
    Optional<String> value = settings.text(name);
    if (value.isEmpty()) {
      throw new BadSettingException(name, "is missing while TURN_PROVIDER names its service");
    }
    if (!value.get().matches(form)) {
      // not shown: most of them are secrets
      throw new BadSettingException(name, "has a character that no such name or token has");
    }
    return value.get();
  }

  private static URI endpoint(Settings settings, String name, String byDefault) {
    String text = settings.text(name, byDefault);
    try {
      URI uri = URI.create(text);
      boolean http = "http".equalsIgnoreCase(uri.getScheme());
      if (uri.getHost() != null
          && (http || "https".equalsIgnoreCase(uri.getScheme()))
          && uri.getPort() != 0
          && uri.getPort() <= 65_535
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    String shown = text.contains("@") ? "a URL (not shown: it holds a password)" : "'" + text + "'";
    throw new BadSettingException(name, shown + " is not of the form http[s]://host[:port][/path]");
  }
}
