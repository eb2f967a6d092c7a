package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.socketio.Arguments;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the payload of an event. A field that is missing or wrong ends the reading with a {@link
 * BadFieldException} that names it.
 */
final class Fields {
  static final int MAX_ID = 128;
  private static final int MAX_TEXT = 1024;

  /** Up to here each whole number is a double of its own (2^53 - 1). */
  private static final double MAX_EXACT = 9_007_199_254_740_991d;

  private final JsonObject json;

  private Fields(JsonObject json) {
    this.json = json;
  }

  /** A payload that can't be used. */
  static final class BadFieldException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final CallError error;

    BadFieldException(CallError error, String message) {
      super(message, null, false, false);
      this.error = error;
    }

    CallError error() {
      return error;
    }
  }

  /** An absent payload is one without fields, so that the refusal names the first one needed. */
  static Fields of(Arguments arguments) {
    if (arguments.size() == 0 || arguments.get(0) == null) {
      return new Fields(new JsonObject());
    }
    if (!(arguments.get(0) instanceof JsonObject json)) {
      throw new BadFieldException(CallError.BAD_FIELD, "payload must be an object");
    }
    return new Fields(json);
  }

  /** An id: a text of 1 to 128 characters, or a whole number, which counts as its text. */
  String id(String name) {
    return present(name, optionalId(name));
  }

  /** As {@link #id}; null where it is absent. */
  @Nullable String optionalId(String name) {
    if (json.getValue(name) instanceof Number number) {
      return idOf(name, number);
    }
    String text = optionalText(name, MAX_ID);
    // In UTF-8 it is a question mark, so that two such ids would be the same.
    if (text != null && text.codePoints().anyMatch(Fields::isHalfOfAPair)) {
      throw new BadFieldException(
          CallError.BAD_FIELD, name + " must not contain half a surrogate pair");
    }
    return text;
  }

  private static boolean isHalfOfAPair(int codePoint) {
    return Character.getType(codePoint) == Character.SURROGATE;
  }

  /** The text of a number that is an id. */
  static String idOf(String name, Number number) {
    boolean whole = number.doubleValue() == Math.rint(number.doubleValue());
    boolean exact = number instanceof Double && Math.abs(number.doubleValue()) <= MAX_EXACT;
    String text = exact ? Long.toString(number.longValue()) : number.toString();
    if (!whole || (number instanceof Double && !exact) || text.length() > MAX_ID) {
      throw new BadFieldException(
          CallError.BAD_FIELD, name + " must be a string or a whole number");
    }
    return text;
  }

  private static String present(String name, @Nullable String text) {
    if (text == null) {
      throw new BadFieldException(CallError.MISSING_FIELD, name + " is missing");
    }
    return text;
  }

  @Nullable String optionalText(String name) {
    return optionalText(name, MAX_TEXT);
  }

  /**
   * A text of at most so many characters, none of them U+0000; null where it is absent, null or
   * empty.
   */
  @Nullable String optionalText(String name, int max) {
    Object value = json.getValue(name);
    if (value == null || value.equals("")) {
      return null;
    }
    if (!(value instanceof String text)) {
      throw new BadFieldException(CallError.BAD_FIELD, name + " must be a string");
    }
    if (text.length() > max) {
      throw new BadFieldException(
          CallError.BAD_FIELD, name + " must be at most " + max + " characters");
    }
    if (text.indexOf('\0') >= 0) { // Postgres takes none
      throw new BadFieldException(CallError.BAD_FIELD, name + " must not contain U+0000");
    }
    return text;
  }

  /** One of some texts; null where it is absent. */
  @Nullable String optionalOneOf(String name, Set<String> allowed) {
    String text = optionalText(name);
    if (text != null && !allowed.contains(text)) {
      throw new BadFieldException(
          CallError.BAD_FIELD,
          name + " must be one of " + String.join(", ", allowed.stream().sorted().toList()));
    }
    return text;
  }

  String oneOf(String name, Set<String> allowed) {
    return present(name, optionalOneOf(name, allowed));
  }
}
