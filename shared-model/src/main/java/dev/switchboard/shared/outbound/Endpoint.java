package dev.switchboard.shared.outbound;

import dev.switchboard.shared.http.BadFieldException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URL that this process posts to: where a browser's push service takes messages for it, or what
 * an operator has set. Whoever knows it may try to send there, so its text is a secret.
 *
 * @param text as it was given
 * @param host in lower case; an IPv6 address without brackets
 * @param pathAndQuery what is asked for there
 */
public record Endpoint(String text, boolean tls, String host, int port, String pathAndQuery) {
  private static final int LENGTH_MAX = 2_048;
  private static final String FIELD = "endpoint";

  private static final Pattern LEADING_ZERO = Pattern.compile("(?:^|\\.)0\\d");

  /** Reads a field; throws {@link BadFieldException}, which does not repeat it. */
  public static Endpoint parse(String text) {
    if (text.length() > LENGTH_MAX) {
      throw new BadFieldException(FIELD, "is longer than " + LENGTH_MAX + " characters");
    }
    if (!text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new BadFieldException(FIELD, "must be a URL without blanks or other than ASCII");
    }
    try {
      return of(new URI(text), text);
    } catch (URISyntaxException e) {
      throw new BadFieldException(FIELD, "must be a URL");
    }
  }

  private static Endpoint of(URI uri, String text) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    String host = uri.getHost();
    if (!scheme.equals("https") && !scheme.equals("http")) {
      throw new BadFieldException(FIELD, "must be an https URL");
    }
    if (host == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      throw new BadFieldException(FIELD, "must be a URL of a host, without user or fragment");
    }
    if (host.indexOf('%') >= 0) {
      // RFC 6874: a zone is one of this machine's interfaces
      throw new BadFieldException(FIELD, "must be at an address without a zone");
    }
    if (isAmbiguous(host)) {
      throw new BadFieldException(
          FIELD, "must be at an address whose numbers begin without a zero");
    }
    boolean tls = scheme.equals("https");
    int port = uri.getPort() < 0 ? (tls ? 443 : 80) : uri.getPort();
    if (port < 1 || port > 65_535) {
      throw new BadFieldException(FIELD, "must have a port from 1 to 65535");
    }
    return new Endpoint(text, tls, bare(host), port, request(uri.getRawPath(), uri.getRawQuery()));
  }

  /**
   * True for a dotted number that some read as octal and some as decimal (RFC 6943 section 3.1.1):
   * what is checked might not be what is connected to.
   */
  private static boolean isAmbiguous(String host) {
    return host.chars().allMatch(c -> c == '.' || Character.isDigit(c))
        && LEADING_ZERO.matcher(host).find();
  }

  private static String bare(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.startsWith("[") ? lower.substring(1, lower.length() - 1) : lower;
  }

  private static String request(@Nullable String path, @Nullable String query) {
    String asked = path == null || path.isEmpty() ? "/" : path;
    return query == null ? asked : asked + "?" + query;
  }

  /** The service's origin in its one spelling (RFC 6454): what tokens are made out to. */
  public String origin() {
    boolean usual = port == (tls ? 443 : 80);
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return (tls ? "https://" : "http://") + name + (usual ? "" : ":" + port);
  }

  @Override
  public String toString() {
    return origin();
  }
}
