package dev.switchboard.shared.config;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a store is: {@code scheme://[user[:password]@]host[:port][/path][?query]}. Takes what RFC
 * 3986 allows and more, since operators paste what a host gave them: names with underscores, and an
 * {@code @} or a stray {@code %} in a password. A {@code +} is a plus. Its text has no credentials.
 *
 * @param user decoded
 * @param password decoded
 * @param host without the brackets of an IPv6 address; empty where there is none
 * @param port 0 where there is none
 * @param path decoded, without its slash
 * @param query decoded, in its order
 */
public record StoreUrl(
    String scheme,
    Optional<String> user,
    Optional<String> password,
    String host,
    int port,
    String path,
    SequencedMap<String, String> query) {

  private static final Pattern FORM =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)(?:/([^?#]*))?(?:\\?([^#]*))?");
  private static final Pattern PLACE =
      Pattern.compile("(?:\\[([^\\]]+)]|([^:\\[\\]]*))(?::(\\d*))?");
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}._-]*");
  private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f:.]+(%\\w+)?");
  private static final Pattern ENCODED = Pattern.compile("(?:%[0-9A-Fa-f]{2})+");
  private static final int MAX_PORT = 65_535;

  /**
   * Reads the value of a setting, of one of the schemes. Throws {@link BadSettingException}, which
   * shows the value without user, password and query.
   *
   * @param example what would be right
   */
  public static StoreUrl parse(String setting, String text, List<String> schemes, String example) {
    Matcher form = FORM.matcher(text);
    if (!form.matches() || !schemes.contains(form.group(1))) {
      throw new BadSettingException(setting, shown(text) + "is not of the form " + example);
    }
    String authority = form.group(2);
    int at = authority.lastIndexOf('@');
    Matcher place = PLACE.matcher(authority.substring(at + 1));
    if (!place.matches() || !isHost(place) || port(place) > MAX_PORT) {
      String problem =
          authority.indexOf(',') > at ? "names several hosts: it must be one, " : "is not ";
      throw new BadSettingException(
          setting,
          shown(text)
              + problem
              + "of the form "
              + example
              + ", in whose password / ? # are written %2F %3F %23");
    }
    String[] login = authority.substring(0, Math.max(at, 0)).split(":", 2);
    return new StoreUrl(
        form.group(1),
        Optional.of(decode(login[0])).filter(user -> !user.isEmpty()),
        login.length > 1 ? Optional.of(decode(login[1])) : Optional.empty(),
        place.group(1) == null ? place.group(2) : place.group(1),
        port(place),
        form.group(3) == null ? "" : decode(form.group(3)),
        query(form.group(4) == null ? "" : form.group(4)));
  }

  /** The value as far as it can hold no password; of what is no URL, nothing. */
  public static String shown(String text) {
    int authority = text.indexOf("://");
    if (authority < 0) {
      return "";
    }
    int at = text.lastIndexOf('@');
    String rest = text.substring(Math.max(at + 1, authority + 3)).split("\\?", 2)[0];
    return "'" + text.substring(0, authority + 3) + (at < 0 ? "" : "***@") + rest + "' ";
  }

  private static boolean isHost(Matcher place) {
    return place.group(1) == null
        ? NAME.matcher(place.group(2)).matches()
        : ADDRESS.matcher(place.group(1)).matches();
  }

  private static int port(Matcher place) {
    String digits = place.group(3);
    if (digits == null || digits.isEmpty()) {
      return 0;
    }
    return digits.length() > 5 ? MAX_PORT + 1 : Integer.parseInt(digits);
  }

  private static SequencedMap<String, String> query(String text) {
    SequencedMap<String, String> query = new LinkedHashMap<>();
    for (String pair : text.split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        query.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      }
    }
    return query;
  }

  /** Percent-encoding only; a form's plus for a blank has no place in a URL. */
  private static String decode(String text) {
    return ENCODED
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(bytes(match.group())));
  }

  private static String bytes(String encoded) {
    byte[] bytes = new byte[encoded.length() / 3];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(encoded.substring(3 * i + 1, 3 * i + 3), 16);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The value of a query parameter. */
  public Optional<String> parameter(String name) {
    return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
  }

  /** The same at another place. */
  public StoreUrl at(String newHost, int newPort) {
    return new StoreUrl(scheme, user, password, newHost, newPort, path, query);
  }

  /** The host as a URL has it: an IPv6 address in brackets (RFC 3986, section 3.2.2). */
  public static String bracketed(String host) {
    return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
  }

  /** Without user, password and query. */
  @Override
  public String toString() {
    String place = bracketed(host) + (port == 0 ? "" : ":" + port);
    return scheme + "://" + place + (path.isEmpty() ? "" : "/" + path);
  }
}
