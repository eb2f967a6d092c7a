package dev.switchboard.signaling.rooms;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message of a client: where its fields stand in the text, so that what is passed on is passed on
 * as it came, not parsed into a tree and printed again.
 */
final class RoomMessage {
  /** What only the server says. */
  private static final Set<String> OURS = Set.of("type", "from", "roomId");

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(1000)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();
  private static final int SHOWN = 64;

  private final String text;
  private final List<Field> fields;

  /** Positions in the text: of the name with its quotes, of the value, of its end. */
  private record Field(String name, int nameStart, int valueStart, int end) {}

  private RoomMessage(String text, List<Field> fields) {
    this.text = text;
    this.fields = fields;
  }

  /** Reads a text; null if it is not one JSON object. */
  static @Nullable RoomMessage read(String text) {
    List<Field> fields = new ArrayList<>(4);
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        int nameStart = (int) parser.currentTokenLocation().getCharOffset();
        parser.nextToken();
        int valueStart = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
          parser.getTextLength(); // a string is read lazily, and its end known only then
        }
        int end = (int) parser.currentLocation().getCharOffset();
        fields.add(new Field(name, nameStart, valueStart, endOf(text, end)));
      }
      return parser.nextToken() == null ? new RoomMessage(text, fields) : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** A number's end is known to the parser only once it has read what follows. */
  private static int endOf(String text, int end) {
    int last = end;
    while (Character.isWhitespace(text.charAt(last - 1)) || text.charAt(last - 1) == ',') {
      last--;
    }
    return last;
  }

  /** The value of a field, the last of that name; null where there is none. */
  @Nullable Object value(String name) {
    for (Field field : fields.reversed()) {
      if (field.name.equals(name)) {
        try {
          return Json.decodeValue(text.substring(field.valueStart, field.end));
        } catch (DecodeException e) {
          return null;
        }
      }
    }
    return null;
  }

  /** The type as the client wrote it; cut, since it is shown again. */
  String type() {
    Object value = value("type");
    String type = value == null ? "undefined" : value.toString();
    return type.length() > SHOWN ? type.substring(0, SHOWN) + "…" : type;
  }

  /** The same type with all other fields, from whom and in which room. */
  String relayed(String type, String from, String roomId) {
    StringBuilder relayed = new StringBuilder(text.length() + 128);
    relayed.append("{\"type\":").append(Json.encode(type));
    relayed.append(",\"from\":").append(Json.encode(from));
    relayed.append(",\"roomId\":").append(Json.encode(roomId));
    for (Field field : fields) {
      if (!OURS.contains(field.name)) {
        relayed.append(',').append(text, field.nameStart, field.end);
      }
    }
    return relayed.append('}').toString();
  }
}
