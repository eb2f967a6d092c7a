package dev.switchboard.signaling.edge;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.vertx.core.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the top-level fields of a JSON object stand in its text, found without building anything: a
 * picture of 20 MB stays where it is, and what is relayed is relayed as it arrived. The text must
 * be valid JSON, as that of a received event is.
 */
public final class JsonFields {
  private final String text;
  private final Map<String, Span> spans;

  /** Where a field begins, and where its value begins and ends. */
  private record Span(int name, int from, int to) {}

  private JsonFields(String text, Map<String, Span> spans) {
    this.text = text;
    this.spans = spans;
  }

  /** The fields of an object; null for a text that is another value. */
  public static @Nullable JsonFields of(String json) {
    Map<String, Span> spans = new LinkedHashMap<>();
    int at = blanks(json, 0);
    if (json.charAt(at) != '{') {
      return null;
    }
    at = blanks(json, at + 1);
    while (json.charAt(at) != '}') {
      int nameStart = at;
      int nameEnd = stringEnd(json, at);
      String name = unquote(json, at, nameEnd);
      int from = blanks(json, blanks(json, nameEnd) + 1);
      int to = valueEnd(json, from);
      spans.put(name, new Span(nameStart, from, to));
      at = blanks(json, to);
      if (json.charAt(at) == ',') {
        at = blanks(json, at + 1);
      }
    }
    return new JsonFields(json, spans);
  }

  /** The fields of an event's first argument, which has members. */
  static JsonFields of(String text, int[] members) {
    Map<String, Span> spans = new LinkedHashMap<>();
    for (int i = 0; i < members.length; i += 3) {
      int name = members[i];
      String known = unquote(text, name, stringEnd(text, name));
      spans.put(known, new Span(name, members[i + 1], members[i + 2]));
    }
    return new JsonFields(text, spans);
  }

  private static int blanks(String json, int from) {
    int at = from;
    while (json.charAt(at) <= ' ') {
      at++;
    }
    return at;
  }

  /** The place behind the string that begins here. */
  private static int stringEnd(String json, int from) {
    int at = from;
    while (true) {
      at = json.indexOf('"', at + 1);
      int slash = at - 1;
      while (json.charAt(slash) == '\\') {
        slash--;
      }
      if ((at - slash) % 2 == 1) {
        return at + 1;
      }
    }
  }

  private static int valueEnd(String json, int from) {
    char first = json.charAt(from);
    if (first == '"') {
      return stringEnd(json, from);
    }
    int at = from;
    if (first == '{' || first == '[') {
      int depth = 0;
      do {
        switch (json.charAt(at)) {
          case '"' -> at = stringEnd(json, at) - 1;
          case '{', '[' -> depth++;
          case '}', ']' -> depth--;
          default -> {}
        }
        at++;
      } while (depth > 0);
      return at;
    }
    while (at < json.length() && ",}] \t\r\n".indexOf(json.charAt(at)) < 0) {
      at++;
    }
    return at;
  }

  private static String unquote(String json, int from, int to) {
    int slash = json.indexOf('\\', from, to);
    return slash < 0
        ? json.substring(from + 1, to - 1)
        : (String) Json.decodeValue(json.substring(from, to));
  }

  /** The names, in the order of the text. */
  public Set<String> names() {
    return spans.keySet();
  }

  /** Appends a comma and each field as it stands in the text, but for some. */
  public void append(StringBuilder to, Set<String> except) {
    spans.forEach(
        (name, span) -> {
          if (!except.contains(name)) {
            to.append(',').append(text, span.name(), span.to());
          }
        });
  }

  /** True for a field that is there, and not null. */
  public boolean has(String name) {
    Span span = spans.get(name);
    return span != null && text.charAt(span.from()) != 'n';
  }

  /** How long the text of a value is; 0 where there is none. */
  public int length(String name) {
    Span span = spans.get(name);
    return span == null ? 0 : span.to() - span.from();
  }

  /** The JSON text of a value; null where there is none. */
  public @Nullable String raw(String name) {
    Span span = spans.get(name);
    return span == null ? null : text.substring(span.from(), span.to());
  }

  public boolean isString(String name) {
    Span span = spans.get(name);
    return span != null && text.charAt(span.from()) == '"';
  }

  /** The value of a field for which {@link #isString} is true. */
  public String string(String name) {
    Span span = Objects.requireNonNull(spans.get(name), name);
    return unquote(text, span.from(), span.to());
  }

  /** A text as a JSON string. */
  public static String quote(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  /** Appends a text as JSON; answers what it was appended to. */
  public static StringBuilder quote(StringBuilder to, String text) {
    JsonStringEncoder.getInstance().quoteAsString(text, to.append('"'));
    return to.append('"');
  }
}
