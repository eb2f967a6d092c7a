package dev.switchboard.shared.http;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An origin (RFC 6454), of a page or of an app that names one, written in one way: {@code ws} is
 * {@code http}, {@code wss} is {@code https}, and a port is always there where the scheme has one.
 *
 * @param scheme empty for {@code null}, which pages without an origin of their own send
 * @param host of schemes other than these four: all that stands before the path
 * @param port -1 for schemes other than these four
 */
record WebOrigin(String scheme, String host, int port) {
  private static final WebOrigin NULL = new WebOrigin("", "", -1);
  private static final Pattern SYNTAX =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://([^/?#\\\\@*\\s]*)(?:[/?#]\\S*)?");
  private static final String HTTP = "http";
  private static final String HTTPS = "https";

  /** Reads an origin, or the one of a URL. Empty if it has none. */
  static Optional<WebOrigin> parse(String text) {
    if (text.equals("null")) {
      return Optional.of(NULL);
    }
    Matcher parts = SYNTAX.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String scheme = parts.group(1).toLowerCase(Locale.ROOT);
    String authority = parts.group(2);
    return switch (scheme) {
      case HTTP, "ws" -> web(HTTP, authority);
      case HTTPS, "wss" -> web(HTTPS, authority);
      // Files have no host (RFC 8089), or name their own.
      case "file" -> Optional.of(new WebOrigin(scheme, "", -1));
      default ->
          Optional.of(new WebOrigin(scheme, authority.toLowerCase(Locale.ROOT), -1))
              .filter(origin -> !origin.host.isEmpty());
    };
  }

  private static Optional<WebOrigin> web(String scheme, String authority) {
    return HostPort.parse(authority)
        .map(at -> new WebOrigin(scheme, at.host(), portOf(at, scheme)));
  }

  private static int portOf(HostPort at, String scheme) {
    if (at.port() >= 0) {
      return at.port();
    }
    return scheme.equals(HTTPS) ? 443 : 80;
  }

  /** True if this is where a client finds {@code server}; its port is the scheme's if not given. */
  boolean isAt(HostPort server) {
    return port >= 0 && host.equals(server.host()) && port == portOf(server, scheme);
  }

  /** True for pages that came over a connection anyone may have changed them on. */
  boolean isPlainHttp() {
    return scheme.equals(HTTP);
  }
}
