package dev.switchboard.shared.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a {@code .env} file, read as dotenv of Node.js and its companion for variables read
 * it. Values may be in single or double quotes or backticks, and then go over several lines;
 * without quotes they end with their line or at a {@code #}. In double quotes {@code \n}, {@code
 * \r} and {@code \"} are escapes. Outside single quotes {@code ${NAME}}, {@code ${NAME:-default}},
 * {@code ${NAME:+instead}} and, if there is such a name, {@code $NAME} stand for other values;
 * {@code \$} is a dollar.
 */
final class DotEnv {
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final String SINGLE = "'(?:\\\\'|[^'])*+'";
  private static final String DOUBLE = "\"(?:\\\\[\\s\\S]|[^\"\\\\])*+\"";
  private static final String BACKTICKS = "`(?:\\\\`|[^`])*+`";
  private static final String BARE = "[^#\\r\\n]++";
  private static final String NAMED = "(?:export\\s+)?([\\w.-]+)(?:[ \\t]*=[ \\t]*|:[ \\t]+)";
  private static final String VALUE =
      "(" + String.join("|", SINGLE, DOUBLE, BACKTICKS, BARE) + ")?";
  private static final Pattern ENTRY =
      Pattern.compile("^[ \\t]*" + NAMED + VALUE + "[ \\t]*(?:#[^\\r\\n]*)?$", Pattern.MULTILINE);
  private static final Pattern ESCAPE = Pattern.compile("\\\\(\\\\(?=[nr\"\\\\])|[nr\"])");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");

  /** A value as it is written, without its quotes. */
  private record Raw(String text, boolean literal) {}

  private final Map<String, Raw> entries = new LinkedHashMap<>();
  private final Map<String, String> environment;
  private final Map<String, String> values = new HashMap<>();
  private final Set<String> underWay = new HashSet<>();

  private DotEnv(Map<String, String> environment) {
    this.environment = environment;
  }

  /** All values that are not blank; those of the environment win where they are referred to. */
  static Map<String, String> parse(String text, Map<String, String> environment) {
    DotEnv file = new DotEnv(environment);
    file.read(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
    Map<String, String> found = new HashMap<>();
    for (String name : file.entries.keySet()) {
      String value = file.value(name);
      if (!value.isBlank()) {
        found.put(name, value);
      }
    }
    return found;
  }

  private void read(String text) {
    Matcher entry = ENTRY.matcher(text.replace("\r\n", "\n"));
    while (entry.find()) {
      entries.put(entry.group(1), raw(entry.group(2) == null ? "" : entry.group(2).strip()));
    }
  }

  private static Raw raw(String written) {
    char quote = written.length() < 2 ? ' ' : written.charAt(0);
    if ("'\"`".indexOf(quote) < 0 || written.charAt(written.length() - 1) != quote) {
      return new Raw(written, false);
    }
    String inner = written.substring(1, written.length() - 1);
    return new Raw(quote == '"' ? unescape(inner) : inner, quote == '\'');
  }

  private static String unescape(String text) {
    UnaryOperator<String> meaning =
        escaped ->
            switch (escaped) {
              case "n" -> "\n";
              case "r" -> "\r";
              default -> escaped;
            };
    return ESCAPE
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(meaning.apply(found.group(1))));
  }

  /** What a name stands for; nothing for one that is unknown, or refers to itself. */
  private String value(String name) {
    String known = values.get(name);
    if (known != null) {
      return known;
    }
    Raw raw = entries.get(name);
    if (raw == null || !underWay.add(name)) {
      return "";
    }
    String value = raw.literal ? raw.text : expand(raw.text);
    underWay.remove(name);
    values.put(name, value);
    return value;
  }

  private String expand(String text) {
    StringBuilder expanded = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      if (text.startsWith("\\$", at)) {
        expanded.append('$');
        at += 2;
      } else if (text.startsWith("${", at) && closing(text, at + 2) > 0) {
        int end = closing(text, at + 2);
        expanded.append(inBraces(text.substring(at + 2, end)));
        at = end + 1;
      } else {
        at = plain(text, at, expanded);
      }
    }
    return expanded.toString();
  }

  /** One character, or a name behind a dollar; a dollar before anything else is one. */
  private int plain(String text, int at, StringBuilder expanded) {
    Matcher name = NAME.matcher(text).region(Math.min(at + 1, text.length()), text.length());
    if (text.charAt(at) == '$' && name.lookingAt() && isKnown(name.group())) {
      expanded.append(referred(name.group()));
      return name.end();
    }
    expanded.append(text.charAt(at));
    return at + 1;
  }

  private boolean isKnown(String name) {
    return entries.containsKey(name) || environment.containsKey(name);
  }

  private static int closing(String text, int from) {
    int open = 1;
    for (int at = from; at < text.length(); at++) {
      if (text.startsWith("${", at)) {
        open++;
      } else if (text.charAt(at) == '}' && --open == 0) {
        return at;
      }
    }
    return -1;
  }

  private String inBraces(String inner) {
    Matcher name = NAME.matcher(inner);
    if (!name.lookingAt()) {
      return "${" + inner + "}";
    }
    String value = referred(name.group());
    String rest = inner.substring(name.end());
    if (rest.matches("(?s):?\\+.*")) {
      return value.isEmpty() ? "" : expand(rest.substring(rest.indexOf('+') + 1));
    }
    if (!value.isEmpty() || !rest.matches("(?s):?-.*")) {
      return value;
    }
    return expand(rest.substring(rest.indexOf('-') + 1));
  }

  private String referred(String name) {
    String given = environment.getOrDefault(name, "");
    return given.isBlank() ? value(name) : given;
  }
}
