package dev.switchboard.signaling.rooms;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.switchboard.shared.json.JsonLevels;
import dev.switchboard.signaling.edge.JsonFields;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message of a client: where its fields stand in the text, so that what is passed on is passed on
 * as it came, not parsed into a tree and printed again.
 */
final class RoomMessage {
  /** What only the server may fill in. */
  private static final Set<String> OURS = Set.of("type", "from", "roomId");

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(JsonLevels.OF_CLIENTS)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();
  private static final int SHOWN = 64;

  private final JsonFields fields;

  private RoomMessage(JsonFields fields) {
    this.fields = fields;
  }

  /** Reads a text; null if it is not one JSON object. */
  static @Nullable RoomMessage read(String text) {
    JsonFields fields = isObject(text) ? JsonFields.of(text) : null;
    return fields == null ? null : new RoomMessage(fields);
  }

  private static boolean isObject(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  /** The value of a field, the last of that name; null where there is none. */
  @Nullable Object value(String name) {
    try {
      return fields.has(name) ? Json.decodeValue(fields.raw(name)) : null;
    } catch (DecodeException e) {
      return null;
    }
  }

  /** The type as the client wrote it; cut, since it is shown again. */
  String type() {
    Object value = value("type");
    String type = value == null ? "undefined" : value.toString();
    return type.length() > SHOWN ? type.substring(0, SHOWN) + "…" : type;
  }

  /** The same type with all other fields, from whom and in which room. */
  String relayed(String type, String from, String roomId) {
    StringBuilder relayed = new StringBuilder(256);
    relayed.append("{\"type\":").append(Json.encode(type));
    relayed.append(",\"from\":").append(Json.encode(from));
    relayed.append(",\"roomId\":").append(Json.encode(roomId));
    fields.append(relayed, OURS);
    return relayed.append('}').toString();
  }
}
