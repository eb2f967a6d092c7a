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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON text from clients: where the items of an array stand, without building them, and the
 * values themselves when someone wants them. Nesting is limited to 1000 levels.
 */
final class JsonText {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(1000)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();
  // A longer integer is more than a long, and for JavaScript a double anyway.
  private static final int LONG_DIGITS = 18;

  private JsonText() {}

  /**
   * What {@link #slice} found: where each item begins and ends, and the name if the first is one.
   */
  static final class Slices {
    private final int[] bounds;
    private final @Nullable String name;

    Slices(int[] bounds, @Nullable String name) {
      this.bounds = bounds;
      this.name = name;
    }

    int[] bounds() {
      return bounds;
    }

    @Nullable String name() {
      return name;
    }
  }

  /**
   * Checks that a text from {@code offset} on is one JSON array and finds its items. Bounds count
   * from the beginning of the text, two an item. Null if it is not an array.
   */
  static @Nullable Slices slice(String text, int offset) {
    String json = offset == 0 ? text : text.substring(offset);
    int[] bounds = new int[8];
    int count = 0;
    String name = null;
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        return null;
      }
      JsonToken token = parser.nextToken();
      while (token != JsonToken.END_ARRAY) {
        if (token == null) {
          return null;
        }
        int start = (int) parser.currentTokenLocation().getCharOffset();
        if (count == 0 && (token == JsonToken.VALUE_STRING || token.isNumeric())) {
          name = parser.getText();
        }
        parser.skipChildren();
        bounds = room(bounds, count);
        bounds[count] = start;
        if (count > 0) {
          bounds[count - 1] = endBefore(json, start, true);
        }
        count += 2;
        token = parser.nextToken();
      }
      if (count > 0) {
        int end = (int) parser.currentTokenLocation().getCharOffset();
        bounds[count - 1] = endBefore(json, end, false);
      }
      if (parser.nextToken() != null) {
        return null;
      }
    } catch (IOException _) {
      return null;
    }
    return new Slices(shifted(Arrays.copyOf(bounds, count), offset), name);
  }

  private static int[] room(int[] bounds, int count) {
    return count + 2 <= bounds.length ? bounds : Arrays.copyOf(bounds, bounds.length * 2);
  }

  private static int[] shifted(int[] bounds, int offset) {
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] += offset;
    }
    return bounds;
  }

  /** The end of the item that stands before a position, with or without a comma between. */
  private static int endBefore(String json, int position, boolean comma) {
    int end = spaceBefore(json, position);
    return comma ? spaceBefore(json, end - 1) : end;
  }

  private static int spaceBefore(String json, int position) {
    int end = position;
    while (json.charAt(end - 1) <= ' ') {
      end--;
    }
    return end;
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
