package dev.switchboard.signaling.socketio.engine;

import dev.switchboard.signaling.websocket.Utf8;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of a long-polling request: packets with 0x1E between them, binary ones as {@code b} and
 * base64 (Engine.IO protocol 4, "packet encoding").
 *
 * <p>A packet is a {@code String} (its type first) or a {@code Buffer} (a binary message).
 */
final class PayloadCodec {
  private static final char SEPARATOR = '\u001e';

  private PayloadCodec() {}

  static String encode(Collection<Object> packets) {
    Iterator<Object> each = packets.iterator();
    Object first = each.next();
    if (!each.hasNext() && first instanceof String single) {
      return single;
    }
    StringBuilder payload = new StringBuilder();
    append(payload, first);
    while (each.hasNext()) {
      append(payload.append(SEPARATOR), each.next());
    }
    return payload.toString();
  }

  private static void append(StringBuilder payload, Object packet) {
    if (packet instanceof Buffer binary) {
      payload.append('b').append(Base64.getEncoder().encodeToString(binary.getBytes()));
    } else {
      payload.append(packet);
    }
  }

  /** The packets of a body; null if it is not UTF-8. */
  static @Nullable List<Object> decode(Buffer body) {
    byte[] bytes = body.getBytes();
    String payload = Utf8.decode(bytes, bytes.length);
    return payload == null ? null : decode(payload);
  }

  /** The packets of a payload. A packet that can't be decoded is given as an empty text. */
  static List<Object> decode(String payload) {
    List<Object> packets = new ArrayList<>(1);
    int start = 0;
    while (true) {
      int end = payload.indexOf(SEPARATOR, start);
      packets.add(packet(payload.substring(start, end < 0 ? payload.length() : end)));
      if (end < 0) {
        return packets;
      }
      start = end + 1;
    }
  }

  private static Object packet(String packet) {
    if (packet.isEmpty() || packet.charAt(0) != 'b') {
      return packet;
    }
    try {
      // The official Java client breaks lines, after every 76 characters and at the end.
      String base64 = packet.substring(1).replace("\n", "").replace("\r", "");
      return Buffer.buffer(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException _) {
      return "";
    }
  }
}
