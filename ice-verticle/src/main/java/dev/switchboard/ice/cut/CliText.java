package dev.switchboard.ice.cut;

import dev.switchboard.ice.server.CallNames;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What coturn's command line writes, as 4.6 to 4.17 do. Pure. */
final class CliText {
  private static final String PROMPT = "> ";
  private static final String QUESTION = "Enter password: ";

  /** {@code 1) id=000000000000000001, user <1700000600:ann.0b6d…>:}. */
  private static final Pattern SESSION =
      Pattern.compile("(?m)^\\s*\\d+\\) id=(\\d{1,24}), user <(.*)>:\\s*$");

  private CliText() {}

  /** True once it waits for a command. */
  static boolean isPrompt(String text) {
    return text.endsWith(PROMPT);
  }

  /** True while it waits for the password; a wrong one is asked for again. */
  static boolean asksPassword(String text) {
    return text.strip().endsWith(QUESTION.strip());
  }

  /** Asks for the sessions whose user's name contains this call. */
  static String list(String callId) {
    return "psp ." + callId;
  }

  /** Ends one session. */
  static String cut(String session) {
    return "cs " + session;
  }

  /** The sessions of a list whose user's name belongs to the call itself. */
  static List<String> sessions(String text, String callId) {
    List<String> sessions = new ArrayList<>();
    Matcher each = SESSION.matcher(text);
    while (each.find()) {
      if (CallNames.call(each.group(2)).filter(callId::equals).isPresent()) {
        sessions.add(each.group(1));
      }
    }
    return sessions;
  }
}
