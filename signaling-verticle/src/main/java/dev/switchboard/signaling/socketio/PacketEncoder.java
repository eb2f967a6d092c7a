package dev.switchboard.signaling.socketio;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes one Socket.IO packet (Socket.IO protocol 5, "packet encoding") as a complete Engine.IO
 * message. Use each instance once.
 */
final class PacketEncoder {
  static final long NO_ACK = -1;

  private static final String HEX = "0123456789abcdef";

  private final StringBuilder out = new StringBuilder(128);
  private List<Buffer> attachments = List.of();

  /** The attachments that the packet refers to. */
  List<Buffer> attachments() {
    return attachments;
  }

  String event(String namespace, long ackId, String event, @Nullable Object[] args) {
    header('2', namespace, ackId);
    out.append('[');
    string(event);
    for (Object arg : args) {
      out.append(',');
      value(arg);
    }
    out.append(']');
    return finish('5');
  }

  String ack(String namespace, long ackId, @Nullable Object[] args) {
    header('3', namespace, ackId);
    out.append('[');
    for (int i = 0; i < args.length; i++) {
      if (i > 0) {
        out.append(',');
      }
      value(args[i]);
    }
    out.append(']');
    return finish('6');
  }

  String connected(String namespace, String id, @Nullable String privateId) {
    header('0', namespace, NO_ACK);
    out.append("{\"sid\":\"").append(id);
    if (privateId != null) {
      out.append("\",\"pid\":\"").append(privateId);
    }
    return out.append("\"}").toString();
  }

  String refused(String namespace, String message, @Nullable JsonObject data) {
    header('4', namespace, NO_ACK);
    out.append("{\"message\":");
    string(message);
    if (data != null) {
      out.append(",\"data\":");
      value(data);
    }
    return out.append('}').toString();
  }

  String disconnect(String namespace) {
    header('1', namespace, NO_ACK);
    return out.toString();
  }

  private void header(char type, String namespace, long ackId) {
    out.append('4').append(type);
    if (!namespace.equals("/")) {
      out.append(namespace).append(',');
    }
    if (ackId >= 0) {
      out.append(ackId);
    }
  }

  private String finish(char binaryType) {
    if (!attachments.isEmpty()) {
      out.replace(1, 2, binaryType + Integer.toString(attachments.size()) + "-");
    }
    return out.toString();
  }

  private void value(@Nullable Object value) {
    switch (value) {
      case null -> out.append("null");
      case String text -> string(text);
      case RawJson raw -> {
        out.ensureCapacity(out.length() + raw.text().length() + 1);
        out.append(raw.text());
      }
      case JsonObject object -> object(object.getMap());
      case JsonArray array -> array(array.getList());
      case Boolean bool -> out.append(bool.booleanValue());
      case Number number -> number(number);
      case Buffer buffer -> attachment(buffer);
      case byte[] bytes -> attachment(Buffer.buffer(bytes));
      case Map<?, ?> map -> object(map);
      case Iterable<?> list -> array(list);
      default -> string(value.toString());
    }
  }

  private void number(Number number) {
    // As JSON.stringify does: JSON has no NaN and no infinity.
    if (Double.isFinite(number.doubleValue())
        || !(number instanceof Double || number instanceof Float)) {
      out.append(number);
    } else {
      out.append("null");
    }
  }

  private void object(Map<?, ?> map) {
    out.append('{');
    boolean first = true;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!first) {
        out.append(',');
      }
      first = false;
      string(String.valueOf(entry.getKey()));
      out.append(':');
      value(entry.getValue());
    }
    out.append('}');
  }

  private void array(Iterable<?> list) {
    out.append('[');
    boolean first = true;
    for (Object item : list) {
      if (!first) {
        out.append(',');
      }
      first = false;
      value(item);
    }
    out.append(']');
  }

  private void attachment(Buffer buffer) {
    if (attachments.isEmpty()) {
      attachments = new ArrayList<>(2);
    }
    out.append("{\"_placeholder\":true,\"num\":").append(attachments.size()).append('}');
    attachments.add(buffer);
  }

  private void string(String text) {
    out.append('"');
    int plain = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
        continue;
      }
      out.append(text, plain, i);
      escape(c);
      plain = i + 1;
    }
    out.append(text, plain, text.length()).append('"');
  }

  private void escape(char c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      // Control characters, and halves of surrogate pairs, which have no UTF-8.
      default ->
          out.append("\\u")
              .append(HEX.charAt(c >> 12))
              .append(HEX.charAt(c >> 8 & 15))
              .append(HEX.charAt(c >> 4 & 15))
              .append(HEX.charAt(c & 15));
    }
  }
}
