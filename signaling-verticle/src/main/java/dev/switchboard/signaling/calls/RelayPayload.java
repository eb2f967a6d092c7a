package dev.switchboard.signaling.calls;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.switchboard.signaling.calls.Fields.BadFieldException;
import dev.switchboard.signaling.socketio.EncodedPacket;
import dev.switchboard.signaling.socketio.RawJson;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An {@code sdp_offer}, {@code sdp_answer} or {@code ice_candidate} as it came: who it is for, and
 * the text of what it carries, cut out without being parsed into a tree and printed again.
 *
 * @param body the JSON text of {@code sdp} or {@code candidate}
 */
record RelayPayload(String callId, String to, String body) {
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * Reads {@code text}; {@code bodyName} is {@code sdp} or {@code candidate}. Null counts as a
   * payload without fields, so that the refusal names the first one needed. A candidate that is
   * null is one: it says that there are no more (WebRTC, section 4.8.2).
   */
  static RelayPayload read(String text, String bodyName) {
    boolean mayBeNull = bodyName.equals("candidate");
    String callId = null;
    String to = null;
    String body = null;
    try (JsonParser parser = JSON.createParser(text)) {
      JsonToken start = parser.nextToken();
      if (start != JsonToken.START_OBJECT && start != JsonToken.VALUE_NULL) {
        throw new BadFieldException(CallError.BAD_FIELD, "payload must be an object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("callId")) {
          callId = id(name, parser, value);
        } else if (name.equals("to")) {
          to = id(name, parser, value);
        } else if (name.equals(bodyName) && (value != JsonToken.VALUE_NULL || mayBeNull)) {
          body = slice(text, parser);
          continue;
        }
        parser.skipChildren();
      }
    } catch (IOException e) {
      throw new BadFieldException(CallError.BAD_FIELD, "payload is not valid JSON");
    }
    return new RelayPayload(
        required("callId", callId), required("to", to), required(bodyName, body));
  }

  /** The packet for the peer; {@code bodyName} as it was read, {@code now} in milliseconds. */
  String frame(String event, String bodyName, String from, long now) {
    String json =
        "{\"callId\":"
            + Json.quote(callId)
            + ",\"from\":"
            + Json.quote(from)
            + ",\""
            + bodyName
            + "\":"
            + body
            + ",\"timestamp\":"
            + now
            + "}";
    return EncodedPacket.event(event, new RawJson(json)).text();
  }

  private static String slice(String text, JsonParser parser) throws IOException {
    int start = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      parser.getTextLength(); // a string is read lazily, and its end known only then
    }
    int end = (int) parser.currentLocation().getCharOffset();
    return text.substring(start, end).strip();
  }

  private static String id(String name, JsonParser parser, JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_NULL) {
      return "";
    }
    if (value.isNumeric()) {
      return Fields.idOf(name, parser.getNumberValue());
    }
    if (value != JsonToken.VALUE_STRING) {
      throw new BadFieldException(CallError.BAD_FIELD, name + " must be a string");
    }
    String id = parser.getText();
    if (id.length() > Fields.MAX_ID) {
      throw new BadFieldException(
          CallError.BAD_FIELD, name + " must be at most " + Fields.MAX_ID + " characters");
    }
    return id;
  }

  private static String required(String name, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      throw new BadFieldException(CallError.MISSING_FIELD, name + " is missing");
    }
    return value;
  }
}
