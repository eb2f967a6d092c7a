package dev.switchboard.signaling.edge;

import dev.switchboard.signaling.socketio.Arguments;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The top-level fields of an event's payload. A field that is missing or wrong is a {@link
 * RefusedException} that names it.
 */
public final class Payload {
  /** The longest id, in characters. */
  public static final int MAX_ID = 128;

  private static final int MAX_TEXT = 1_024;

  /** Up to here each whole number is a double of its own (2^53 - 1). */
  private static final double MAX_EXACT = 9_007_199_254_740_991d;

  private static final int LONG_DIGITS = 18;

  /** As JSON has numbers (RFC 8259 section 6). */
  private static final Pattern NUMBER =
      Pattern.compile("-?\\d{1,40}(?:\\.\\d{1,40})?(?:[eE][+-]?\\d{1,4})?");

  private final JsonFields fields;
  private final Rules rules;

  /**
   * How a feature reads payloads.
   *
   * @param missing the code for a field that is missing
   * @param invalid the code for one that is wrong
   * @param strict whether texts go to Postgres and ids into keys: then no text has U+0000, and an
   *     id that is a number is a whole one. An absent payload then has no fields
   */
  public record Rules(ErrorCode missing, ErrorCode invalid, boolean strict) {}

  private Payload(JsonFields fields, Rules rules) {
    this.fields = fields;
    this.rules = rules;
  }

  /** The first argument of an event. */
  public static Payload of(Arguments arguments, Rules rules) {
    if (arguments.size() == 0) {
      if (!rules.strict()) {
        throw new RefusedException(rules.missing(), "payload is missing");
      }
      return of("{}", rules);
    }
    if (arguments.hasBinary() && !rules.strict()) {
      throw new RefusedException(
          rules.invalid(), "payload must be JSON without binary attachments");
    }
    if (arguments.hasBinary() && !(arguments.get(0) instanceof JsonObject)) {
      throw new RefusedException(rules.invalid(), "payload must be an object");
    }
    int[] members = arguments.members();
    return members == null
        ? of(arguments.raw(0), rules)
        : new Payload(JsonFields.of(arguments.text(), members), rules);
  }

  /** The fields of a JSON object; the text must be one valid JSON value. */
  public static Payload of(String json, Rules rules) {
    JsonFields fields = JsonFields.of(rules.strict() && json.equals("null") ? "{}" : json);
    if (fields == null) {
      throw new RefusedException(rules.invalid(), "payload must be an object");
    }
    return new Payload(fields, rules);
  }

  private RefusedException wrong(String name, String why) {
    return new RefusedException(rules.invalid(), name + " must " + why);
  }

  private <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new RefusedException(rules.missing(), name + " is missing");
    }
    return value;
  }

  /** An id: a text of 1 to 128 characters, or a number, which counts as its text. */
  public String id(String name) {
    return id(name, MAX_ID);
  }

  /** As {@link #id(String)}, of at most so many characters. */
  public String id(String name, int max) {
    return required(name, optionalId(name, max));
  }

  /** As {@link #id(String)}; null where it is absent, null or empty. */
  public @Nullable String optionalId(String name) {
    return optionalId(name, MAX_ID);
  }

  /** As {@link #id(String, int)}; null where it is absent, null or empty. */
  public @Nullable String optionalId(String name, int max) {
    if (!fields.isString(name) && fields.length(name) <= MAX_ID) {
      String raw = fields.raw(name);
      if (raw != null && NUMBER.matcher(raw).matches()) {
        return rules.strict() ? wholeNumber(name, raw) : raw;
      }
    }
    String text = optionalText(name, max);
    // In UTF-8 it is a question mark, so that two such ids would be the same.
    if (rules.strict() && text != null && hasHalfOfAPair(text)) {
      throw wrong(name, "not contain half a surrogate pair");
    }
    return text;
  }

  private static boolean hasHalfOfAPair(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE);
      }
    }
    return false;
  }

  /** A longer integer is for JavaScript a double that stands for several. */
  private String wholeNumber(String name, String raw) {
    Number number = (Number) Json.decodeValue(raw);
    boolean whole = number.doubleValue() == Math.rint(number.doubleValue());
    boolean exact = number instanceof Double && Math.abs(number.doubleValue()) <= MAX_EXACT;
    if (!whole || (number instanceof Double ? !exact : raw.length() > LONG_DIGITS)) {
      throw wrong(name, "be a string or a whole number");
    }
    return exact ? Long.toString(number.longValue()) : number.toString();
  }

  /** A text of at most so many characters. */
  public String text(String name, int max) {
    return required(name, optionalText(name, max));
  }

  /** A text of at most 1,024 characters; null where it is absent, null or empty. */
  public @Nullable String optionalText(String name) {
    return optionalText(name, MAX_TEXT);
  }

  /** A text of at most so many characters; null where it is absent, null or empty. */
  public @Nullable String optionalText(String name, int max) {
    if (!fields.has(name)) {
      return null;
    }
    if (!fields.isString(name)) {
      throw wrong(name, "be a string");
    }
    // An escape takes at most six characters.
    String text = fields.length(name) > 6L * max + 2 ? null : fields.string(name);
    if (text == null || text.length() > max) {
      throw wrong(name, "be at most " + max + " characters");
    }
    if (rules.strict() && text.indexOf('\0') >= 0) {
      throw wrong(name, "not contain U+0000");
    }
    return text.isEmpty() ? null : text;
  }

  /** One of some texts. */
  public String oneOf(String name, Set<String> allowed) {
    return required(name, optionalOneOf(name, allowed));
  }

  /** One of some texts; null where it is absent. */
  public @Nullable String optionalOneOf(String name, Set<String> allowed) {
    String text = optionalText(name);
    if (text != null && !allowed.contains(text)) {
      throw wrong(name, "be one of " + String.join(", ", new TreeSet<>(allowed)));
    }
    return text;
  }

  /** True or false, also as text or number; false where it is absent. */
  public boolean flag(String name) {
    String raw = fields.has(name) ? fields.raw(name) : null;
    return switch (raw) {
      case "true", "\"true\"", "1" -> true;
      case null -> false;
      case "false", "\"false\"", "0", "\"\"" -> false;
      default -> throw wrong(name, "be true or false");
    };
  }

  /** A number from 0 to a bound; null where it is absent or null. */
  public @Nullable Double optionalNumber(String name, double max) {
    String raw = fields.has(name) ? fields.raw(name) : null;
    if (raw == null) {
      return null;
    }
    double number = NUMBER.matcher(raw).matches() ? Double.parseDouble(raw) : Double.NaN;
    if (!(number >= 0 && number <= max)) {
      throw wrong(name, "be a number from 0 to " + (long) max);
    }
    return number;
  }

  /** The JSON text of a value; null where it is absent or null. */
  public @Nullable String optionalRaw(String name, int max) {
    if (!fields.has(name)) {
      return null;
    }
    if (fields.length(name) > max) {
      throw wrong(name, "be at most " + max + " bytes of JSON");
    }
    return fields.raw(name);
  }

  /** The JSON text of a value. */
  public String raw(String name, int max) {
    return required(name, optionalRaw(name, max));
  }

  /** The JSON text of a value that may be null; fails where it is absent. */
  public String rawOrNull(String name) {
    return required(name, fields.raw(name));
  }

  /** The JSON texts of the fields of an object, each of at most so many characters. */
  public Map<String, String> rawFields(String name, int max) {
    JsonFields object = JsonFields.of(raw(name, Integer.MAX_VALUE));
    if (object == null) {
      throw wrong(name, "be an object");
    }
    Payload inner = new Payload(object, rules);
    Map<String, String> values = new LinkedHashMap<>();
    for (String field : object.names()) {
      String value = inner.optionalRaw(field, max);
      if (value != null && field.length() <= MAX_ID) {
        values.put(field, value);
      }
    }
    return values;
  }
}
