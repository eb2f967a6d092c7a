package dev.switchboard.shared.http;

import java.net.IDN;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The host and port of a URL or a {@code Host} header (RFC 3986 section 3.2), in one way of writing
 * them: lower case, names in ASCII, IPv6 addresses in full.
 *
 * @param port -1 where none is given
 */
record HostPort(String host, int port) {
  private static final Pattern SYNTAX =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\s:@\\[\\]]+)(?::([0-9]{0,5}))?");
  private static final Pattern NAME = Pattern.compile("[a-z0-9._-]+");
  private static final int MAX_PORT = 65_535;

  /** Empty if it is neither a name nor an address, with or without a port. */
  static Optional<HostPort> parse(String text) {
    Matcher parts = SYNTAX.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String digits = parts.group(2);
    int port = digits == null || digits.isEmpty() ? -1 : Integer.parseInt(digits);
    return port == 0 || port > MAX_PORT
        ? Optional.empty()
        : host(parts.group(1)).map(host -> new HostPort(host, port));
  }

  private static Optional<String> host(String text) {
    try {
      if (text.startsWith("[")) {
        String address = text.substring(1, text.length() - 1);
        return Optional.of("[" + InetAddress.ofLiteral(address).getHostAddress() + "]");
      }
      String name = IDN.toASCII(text, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
      return Optional.of(name).filter(ascii -> NAME.matcher(ascii).matches());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
