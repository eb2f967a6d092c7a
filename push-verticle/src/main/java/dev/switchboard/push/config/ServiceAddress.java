package dev.switchboard.push.config;

import dev.switchboard.shared.config.BadSettingException;
import java.net.URI;

/**
 * Where a provider is spoken to instead of its own address.
 *
 * @param tls false only for a URL that says http
 */
public record ServiceAddress(String host, int port, boolean tls) {
  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;
  private static final int MAX_PORT = 65_535;

  /** Reads {@code host:port}, which means TLS, or a URL; throws {@link BadSettingException}. */
  public static ServiceAddress parse(String setting, String text) {
    try {
      URI uri = URI.create(text.contains("://") ? text : "https://" + text);
      boolean tls = "https".equalsIgnoreCase(uri.getScheme());
      if (uri.getHost() != null && (tls || "http".equalsIgnoreCase(uri.getScheme()))) {
        int port = uri.getPort() < 0 ? (tls ? HTTPS_PORT : HTTP_PORT) : uri.getPort();
        if (port > 0 && port <= MAX_PORT) {
          return new ServiceAddress(uri.getHost(), port, tls);
        }
      }
    } catch (IllegalArgumentException e) {
      // told below, with the value
    }
    throw new BadSettingException(setting, "'" + text + "' is neither host:port nor a URL");
  }

  /** As {@link #parse}, for a service that is spoken to by TLS only. */
  public static ServiceAddress parseTls(String setting, String text) {
    ServiceAddress address = parse(setting, text);
    if (!address.tls) {
      throw new BadSettingException(
          setting, "'" + text + "' is without TLS, which it takes: write host:port or https://");
    }
    return address;
  }
}
