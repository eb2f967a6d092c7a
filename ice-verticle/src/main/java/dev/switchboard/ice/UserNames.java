package dev.switchboard.ice;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.regex.Pattern;

/**
 * Ids as they may stand in a TURN user name, which ends up in the relay's log and has at most 512
 * bytes (RFC 8489 section 14.3): control characters and lone surrogates are dropped, a user id is
 * cut to 128 characters, a call id to 64. What coturn answers with 400 (blanks, quotes,
 * backslashes; seen with 4.6.1) is percent-encoded, and so is the per cent sign. A colon may stay:
 * coturn reads the time before the first.
 */
final class UserNames {
  static final String ANONYMOUS = "anonymous";
  static final int MAX_USER_ID = 128;
  static final int MAX_CALL_ID = 64;

  private static final Pattern REFUSED = Pattern.compile("[ %'\"\\\\]");

  private UserNames() {}

  /** The id to sign for a user; {@code anonymous} if nothing is left of it. */
  static String user(String userId) {
    String clean = clean(userId, MAX_USER_ID);
    return clean.isEmpty() ? ANONYMOUS : encoded(clean);
  }

  static String call(String callId) {
    return clean(callId.replaceAll("[^\\x21-\\x7e]|[%'\"\\\\]", ""), MAX_CALL_ID);
  }

  private static String encoded(String id) {
    return REFUSED
        .matcher(id)
        .replaceAll(c -> URLEncoder.encode(c.group(), UTF_8).replace("+", "%20"));
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
