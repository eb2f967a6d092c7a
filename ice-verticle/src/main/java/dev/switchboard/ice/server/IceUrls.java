package dev.switchboard.ice.server;

import dev.switchboard.ice.relay.Relay;
import dev.switchboard.ice.relay.Relay.Transport;
import dev.switchboard.shared.config.BadSettingException;
import java.net.Inet6Address;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads STUN URLs (RFC 7064) and TURN URLs (RFC 7065). A TURN URL may carry {@code user:pass@}
 * before the host, percent-encoded where they hold a comma, a colon or such. What a browser would
 * not take is refused: one bad entry, and its {@code RTCPeerConnection} is not made at all. A
 * refusal names the setting and shows the entry only if it can't hold a password.
 */
public final class IceUrls {
  private static final int PORT = 3478;
  private static final int TLS_PORT = 5349;
  private static final String DNS_PORT = "53";
  private static final String PROVIDED = "provider";
  private static final int MAX_PROVIDED = 512;
  private static final String HOST_AND_PORT =
      "(?<host>\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?)"
          + "(?::(?<port>\\d{1,5}))?";
  private static final Pattern STUN =
      Pattern.compile("(?<scheme>stun):" + HOST_AND_PORT, Pattern.CASE_INSENSITIVE);
  private static final Pattern TURN =
      Pattern.compile(
          "(?<scheme>turns?):(?:(?<user>[^:]+):(?<password>.+)@)?"
              + HOST_AND_PORT
              + "(?:\\?transport=(?<transport>udp|tcp))?",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern ENDS_IN_NUMBER =
      Pattern.compile("(?:.*\\.)?(?:\\d+|0[xX][0-9A-Fa-f]*)\\.?");
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");

  /**
   * Ports that browsers block (Fetch standard, "port blocking"), but for 53. Firefox takes no entry
   * with one of them; seen with 153.
   */
  private static final Set<Integer> BLOCKED_PORTS =
      Set.of(
          1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 69, 77, 79, 87, 95, 101, 102,
          103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
          465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989,
          990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665,
          6666, 6667, 6668, 6669, 6679, 6697, 10080);

  private IceUrls() {}

  /**
   * A URL that a provider lists, as clients get it. Empty if some browser would not take it, and
   * for port 53, which Cloudflare's documentation says to leave out: browsers block it, and wait.
   */
  public static Optional<String> provided(String url) {
    if (url.length() > MAX_PROVIDED) {
      return Optional.empty();
    }
    try {
      Matcher stun = STUN.matcher(url);
      if (stun.matches()) {
        return Optional.of(stun(PROVIDED, url))
            .filter(clean -> !DNS_PORT.equals(stun.group("port")));
      }
      TurnServer turn = turn(PROVIDED, url);
      boolean usable = turn.own().isEmpty() && turn.relay().port() != Integer.parseInt(DNS_PORT);
      return usable ? Optional.of(turn.relay().url()) : Optional.empty();
    } catch (BadSettingException e) {
      return Optional.empty();
    }
  }

  /**
   * Checks one entry of {@code setting} and answers it as clients get it; throws {@link
   * BadSettingException}.
   */
  public static String stun(String setting, String entry) {
    Matcher url = STUN.matcher(entry);
    if (!url.matches() || !isHost(url.group("host"))) {
      throw refused(setting, entry, "a STUN URL that browsers take: write stun:host:port");
    }
    port(setting, entry, url, PORT);
    return lower(url.group("scheme")) + ":" + entry.substring(url.end("scheme") + 1);
  }

  /** Reads one entry of {@code setting}; throws {@link BadSettingException}. */
  public static TurnServer turn(String setting, String entry) {
    Matcher url = TURN.matcher(entry);
    if (!url.matches() || !isHost(url.group("host"))) {
      throw refused(setting, entry, "a TURN URL: write turn:host:port or turn:user:pass@host:port");
    }
    String scheme = lower(url.group("scheme"));
    boolean secure = scheme.equals("turns");
    String transport = Optional.ofNullable(url.group("transport")).orElse("");
    if (!transport.equals(lower(transport))) {
      throw refused(setting, entry, "taken by every browser: write ?transport=" + lower(transport));
    }
    if (secure && transport.equals("udp")) {
      throw refused(setting, entry, "reachable: turns is TLS over TCP, drop ?transport=udp");
    }
    int port = port(setting, entry, url, secure ? TLS_PORT : PORT);
    Transport carrier =
        secure ? Transport.TLS : transport.equals("tcp") ? Transport.TCP : Transport.UDP;
    String clean = scheme + ":" + entry.substring(url.start("host"));
    String host = url.group("host").replaceAll("[\\[\\]]", "");
    return new TurnServer(new Relay(clean, carrier, host, port), credential(setting, entry, url));
  }

  private static Optional<Credential> credential(String setting, String entry, Matcher url) {
    if (url.group("user") == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Credential(decode(url.group("user")), decode(url.group("password"))));
    } catch (IllegalArgumentException e) {
      throw refused(setting, entry, "decodable: write % as %25 in its name and password");
    }
  }

  private static String decode(String text) {
    // URLDecoder is for forms, where a plus is a blank; in a URL it is a plus
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static boolean isHost(String host) {
    if (!host.startsWith("[")) {
      return !ENDS_IN_NUMBER.matcher(host).matches() || IPV4.matcher(host).matches();
    }
    try {
      Inet6Address.ofLiteral(host.substring(1, host.length() - 1));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static int port(String setting, String entry, Matcher url, int defaultPort) {
    String text = url.group("port");
    int port = text == null ? defaultPort : Integer.parseInt(text);
    if (port < 1 || port > 65_535) {
      throw refused(setting, entry, "a URL with a port from 1 to 65535");
    }
    if (BLOCKED_PORTS.contains(port)) {
      throw refused(setting, entry, "taken by every browser: they block port " + port);
    }
    return port;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static BadSettingException refused(String setting, String entry, String right) {
    String shown =
        entry.contains("@") ? "an entry (not shown: it holds a password)" : "'" + entry + "'";
    return new BadSettingException(setting, shown + " is not " + right);
  }
}
