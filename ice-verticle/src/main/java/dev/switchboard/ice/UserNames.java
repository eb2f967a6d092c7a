package dev.switchboard.ice;

import dev.switchboard.ice.server.CallNames;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Ids as they may stand in a TURN user name, which ends up in the relay's log and has at most 512
 * bytes (RFC 8489 section 14.3): control characters and lone surrogates are dropped, a user id is
 * cut to 128 characters, a call id to 64. Signs that coturn 4.6.1 can't cope with, be it with an
 * answer of 400 or in its reports to a Redis, are written as a circumflex and two hexadecimal
 * digits, and so is the circumflex, and a letter of a name that coturn takes for SQL. A colon may
 * stay: coturn reads the time before the first.
 */
final class UserNames {
  static final String ANONYMOUS = "anonymous";
  static final int MAX_USER_ID = 128;
  static final int MAX_CALL_ID = 64;

  private static final Pattern REFUSED = Pattern.compile("[ %^'\"\\\\]");

  private static final Pattern SQL = Pattern.compile("(?i)select.*union|union.*select");
  private static final Pattern UNION = Pattern.compile("(?i)u(?=nion)");

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private UserNames() {}

  /** The id to sign for a user; {@code anonymous} if nothing is left of it. */
  static String user(String userId) {
    String clean = clean(userId, MAX_USER_ID);
    return clean.isEmpty() ? ANONYMOUS : encoded(clean);
  }

  /** The name of a user outside a call: its last dot is encoded if it looked like a call's. */
  static String unbound(String userId) {
    String name = user(userId);
    return CallNames.call(name).isEmpty()
        ? name
        : name.substring(0, name.lastIndexOf('.'))
            + "^2E"
            + name.substring(name.lastIndexOf('.') + 1);
  }

  /** The name of a user in a call; {@link CallNames} reads the call from it. */
  static String inCall(String userId, String callId) {
    return user(userId) + "." + call(callId);
  }

  static String call(String callId) {
    return clean(callId.replaceAll("[^\\x21-\\x7e]|[%^'\"\\\\]", ""), MAX_CALL_ID);
  }

  private static String encoded(String id) {
    String encoded = encoded(REFUSED, id);
    return SQL.matcher(encoded).find() ? encoded(UNION, encoded) : encoded;
  }

  private static String encoded(Pattern letters, String id) {
    return letters.matcher(id).replaceAll(c -> "^" + HEX.toHexDigits((byte) c.group().charAt(0)));
  }

  private static String clean(String id, int max) {
    StringBuilder kept = new StringBuilder();
    id.codePoints()
        .filter(c -> !Character.isISOControl(c) && !isBroken(c))
        .takeWhile(c -> kept.length() + Character.charCount(c) <= max)
        .forEachOrdered(kept::appendCodePoint);
    return kept.toString().strip();
  }

  private static boolean isBroken(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
      default -> false;
    };
  }
}
