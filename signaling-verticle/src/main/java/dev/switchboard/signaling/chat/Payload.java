package dev.switchboard.signaling.chat;

import dev.switchboard.signaling.socketio.Arguments;
import io.vertx.core.json.Json;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The top-level fields of an event's payload, found without building anything: a picture of 20 MB
 * stays where it is. A field that is missing or wrong is a {@link ChatRefusedException} that names
 * it.
 */
final class Payload {
  static final int MAX_ID = 128;

  /** A session id with keys behind it. */
  static final int MAX_SESSION = 1_024;

  /** As JSON has numbers (RFC 8259 section 6). */
  private static final Pattern NUMBER =
      Pattern.compile("-?\\d{1,40}(?:\\.\\d{1,40})?(?:[eE][+-]?\\d{1,4})?");

  private final String text;
  private final Map<String, Span> fields;

  /** Where a value begins and ends. */
  private record Span(int from, int to) {}

  private Payload(String text, Map<String, Span> fields) {
    this.text = text;
    this.fields = fields;
  }

  /** The id in {@code sessionId}, without the keys behind it. */
  String sessionId() {
    return SessionAccess.of(id("sessionId", MAX_SESSION), null).id();
  }

  /** The first argument of an event. */
  static Payload of(Arguments arguments) {
    if (arguments.size() == 0) {
      throw new ChatRefusedException(ChatError.MISSING_FIELD, "payload is missing");
    }
    if (arguments.hasBinary()) {
      throw new ChatRefusedException(
          ChatError.INVALID_FIELD, "payload must be JSON without binary attachments");
    }
    return of(arguments.raw(0));
  }

  /** The fields of a JSON object; the text must be one valid JSON value. */
  static Payload of(String json) {
    Map<String, Span> fields = new HashMap<>();
    int at = 0;
    if (json.charAt(at) != '{') {
      throw new ChatRefusedException(ChatError.INVALID_FIELD, "payload must be an object");
    }
    at = blanks(json, at + 1);
    while (json.charAt(at) != '}') {
      int nameEnd = stringEnd(json, at);
      String name = (String) Json.decodeValue(json.substring(at, nameEnd));
      int from = blanks(json, blanks(json, nameEnd) + 1);
      int to = valueEnd(json, from);
      fields.put(name, new Span(from, to));
      at = blanks(json, to);
      if (json.charAt(at) == ',') {
        at = blanks(json, at + 1);
      }
    }
    return new Payload(json, fields);
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

  /** An id: a text of 1 to 128 characters, or a number, which counts as its text. */
  String id(String name) {
    return id(name, MAX_ID);
  }

  /** As {@link #id(String)}, of at most so many characters. */
  String id(String name, int max) {
    return required(name, optionalId(name, max));
  }

  /** As {@link #id(String, int)}; null where it is absent, null or empty. */
  @Nullable String optionalId(String name, int max) {
    Span span = fields.get(name);
    String raw =
        span == null ? "" : text.substring(span.from(), Math.min(span.to(), span.from() + MAX_ID));
    return NUMBER.matcher(raw).matches() ? raw : optionalText(name, max);
  }

  private static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new ChatRefusedException(ChatError.MISSING_FIELD, name + " is missing");
    }
    return value;
  }

  /** A text of at most so many characters. */
  String text(String name, int max) {
    return required(name, optionalText(name, max));
  }

  /** A text of at most so many characters; null where it is absent, null or empty. */
  @Nullable String optionalText(String name, int max) {
    Span span = fields.get(name);
    if (span == null || isNull(span) || (span.to() - span.from() == 2 && isText(span))) {
      return null;
    }
    if (!isText(span)) {
      throw new ChatRefusedException(ChatError.INVALID_FIELD, name + " must be a string");
    }
    // An escape takes at most six characters.
    String decoded =
        span.to() - span.from() > 6L * max + 2
            ? null
            : (String) Json.decodeValue(text.substring(span.from(), span.to()));
    if (decoded == null || decoded.length() > max) {
      throw new ChatRefusedException(
          ChatError.INVALID_FIELD, name + " must be at most " + max + " characters");
    }
    return decoded;
  }

  /** True or false, also as text or number; false where it is absent. */
  boolean flag(String name) {
    Span span = fields.get(name);
    if (span == null || isNull(span)) {
      return false;
    }
    return switch (text.substring(span.from(), span.to())) {
      case "true", "\"true\"", "1" -> true;
      case "false", "\"false\"", "0", "\"\"" -> false;
      default ->
          throw new ChatRefusedException(ChatError.INVALID_FIELD, name + " must be true or false");
    };
  }

  /** The JSON text of a value; null where it is absent or null. */
  @Nullable String optionalRaw(String name, int max) {
    Span span = fields.get(name);
    if (span == null || isNull(span)) {
      return null;
    }
    if (span.to() - span.from() > max) {
      throw new ChatRefusedException(
          ChatError.INVALID_FIELD, name + " must be at most " + max + " bytes of JSON");
    }
    return text.substring(span.from(), span.to());
  }

  /** The JSON text of a value. */
  String raw(String name, int max) {
    return required(name, optionalRaw(name, max));
  }

  /** The JSON texts of the fields of an object, each of at most so many characters. */
  Map<String, String> rawFields(String name, int max) {
    String object = raw(name, Integer.MAX_VALUE);
    if (object.charAt(0) != '{') {
      throw new ChatRefusedException(ChatError.INVALID_FIELD, name + " must be an object");
    }
    Payload inner = of(object);
    Map<String, String> values = new LinkedHashMap<>();
    for (String field : inner.fields.keySet()) {
      String value = inner.optionalRaw(field, max);
      if (value != null && field.length() <= MAX_ID) {
        values.put(field, value);
      }
    }
    return values;
  }

  private boolean isNull(Span span) {
    return text.charAt(span.from()) == 'n';
  }

  private boolean isText(Span span) {
    return text.charAt(span.from()) == '"';
  }
}
