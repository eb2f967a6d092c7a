package dev.switchboard.signaling.socketio;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON text from clients: where the items of an array stand, without building them ({@link
 * JsonScanner}), and the values themselves when someone wants them. Nesting is limited, since
 * reading recurses.
 */
final class JsonText {
  /** How many objects and lists may stand one in another; a packet's own list is the first. */
  static final int MOST_LEVELS = 64;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MOST_LEVELS)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();
  // A longer integer is more than a long, and for JavaScript a double anyway.
  private static final int LONG_DIGITS = 18;

  private JsonText() {}

  /**
   * What {@link #slice} found. Of an array that is too deep it is the name alone.
   *
   * @param name the first item, if it is a string or a number
   */
  record Slices(JsonScanner.Places places, @Nullable String name) {}

  /**
   * Checks that a text from {@code offset} on is one JSON array and finds its items. Null if it is
   * not an array, or if one that is too deep begins without a name; whether the rest of that would
   * be JSON remains unknown.
   */
  static @Nullable Slices slice(String text, int offset) {
    JsonScanner.Places places = JsonScanner.array(text, offset);
    if (places == null) {
      return null;
    }
    String name = name(text, places.bounds());
    return name == null && places.areTooDeep() ? null : new Slices(places, name);
  }

  private static @Nullable String name(String text, int[] bounds) {
    if (bounds.length == 0) {
      return null;
    }
    String first = text.substring(bounds[0], bounds[1]);
    if (first.charAt(0) == '"') {
      return first.indexOf('\\') < 0
          ? first.substring(1, first.length() - 1)
          : (String) decode(first);
    }
    return "{[tfn".indexOf(first.charAt(0)) < 0 ? first : null;
  }

  /** One value, decoded; {@code JsonObject}, {@code JsonArray}, string, number, boolean or null. */
  static @Nullable Object decode(String json) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      parser.nextToken();
      return value(parser, null);
    } catch (IOException e) {
      throw new IllegalArgumentException("not JSON: " + e.getMessage(), e);
    }
  }

  /** A JSON object, or null if the text from {@code offset} on is anything else. */
  static @Nullable JsonObject decodeObject(String text, int offset) {
    try (JsonParser parser = FACTORY.createParser(text.substring(offset))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      Object object = value(parser, null);
      return parser.nextToken() == null ? (JsonObject) object : null;
    } catch (IOException _) {
      return null;
    }
  }

  /**
   * An array with its attachments put in the places of their placeholders. Null if a placeholder
   * names none, or one that another has taken, or if one is left over.
   */
  static @Nullable JsonArray decodeArray(String text, int offset, List<Buffer> attachments) {
    Placeholders placeholders = new Placeholders(attachments);
    try (JsonParser parser = FACTORY.createParser(text.substring(offset))) {
      parser.nextToken();
      Object array = value(parser, placeholders);
      return placeholders.allTaken() ? (JsonArray) array : null;
    } catch (IOException _) {
      return null;
    }
  }

  private static final class Placeholders {
    private final List<Buffer> attachments;
    private final boolean[] taken;
    private boolean valid = true;

    Placeholders(List<Buffer> attachments) {
      this.attachments = attachments;
      taken = new boolean[attachments.size()];
    }

    @Nullable Object take(@Nullable Object num) {
      if (num instanceof Integer n && n >= 0 && n < taken.length && !taken[n]) {
        taken[n] = true;
        return attachments.get(n);
      }
      valid = false;
      return null;
    }

    boolean allTaken() {
      for (boolean one : taken) {
        valid &= one;
      }
      return valid;
    }
  }

  private static @Nullable Object value(JsonParser parser, @Nullable Placeholders placeholders)
      throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser, placeholders);
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser, placeholders));
        }
        yield new JsonArray(list);
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> Double.valueOf(parser.getText());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static Object integer(JsonParser parser) throws IOException {
    return parser.getTextLength() <= LONG_DIGITS
        ? parser.getNumberValue()
        : Double.valueOf(parser.getText());
  }

  private static @Nullable Object object(JsonParser parser, @Nullable Placeholders placeholders)
      throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      map.put(name, value(parser, placeholders));
    }
    return placeholders != null && Boolean.TRUE.equals(map.get("_placeholder"))
        ? placeholders.take(map.get("num"))
        : new JsonObject(map);
  }
}
