package dev.switchboard.signaling.socketio;

import io.netty.buffer.ByteBufUtil;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A packet from a client, checked (Socket.IO protocol 5, "packet encoding").
 *
 * @param type the digit of its type; binary events and acknowledgements have the digit of plain
 *     ones
 * @param namespace with its leading slash
 * @param ackId -1 if there is none
 * @param attachments how many binary messages belong to it
 * @param counted the bytes of a text longer than {@link #LARGE_CHARS}, which are counted where it
 *     is read; else -1
 * @param payloadAt where its JSON begins in the text
 * @param slices the arguments of an event or acknowledgement
 * @param auth the payload of a CONNECT
 */
record IncomingPacket(
    String text,
    char type,
    String namespace,
    long ackId,
    int attachments,
    int counted,
    int payloadAt,
    JsonText.@Nullable Slices slices,
    @Nullable JsonObject auth) {
  /** Beyond this size it takes milliseconds to look through a packet: a worker reads it. */
  static final int LARGE_CHARS = 128 * 1024;

  static final char CONNECT = '0';
  static final char DISCONNECT = '1';
  static final char EVENT = '2';
  static final char ACK = '3';
  private static final char BINARY_EVENT = '5';
  private static final char BINARY_ACK = '6';

  /** Names that mean something else to one side or the other. */
  private static final Set<String> RESERVED =
      Set.of(
          "connect",
          "connect_error",
          "disconnect",
          "disconnecting",
          "newListener",
          "removeListener");

  /** Beyond 2^53 JavaScript can't count; no client sends such an id. */
  private static final int MAX_ID_DIGITS = 15;

  private static final int MAX_NAMESPACE = 256;
  private static final int MAX_BYTES_OF_CHAR = 3;

  /** Decodes the text of a packet; null if a client must not send it. */
  static @Nullable IncomingPacket decode(String text, int maxAttachments) {
    if (text.isEmpty()) {
      return null;
    }
    char type = text.charAt(0);
    int at = 1;
    long attachments = 0;
    if (type == BINARY_EVENT || type == BINARY_ACK) {
      int dash = text.indexOf('-');
      attachments = number(text, 1, dash);
      if (attachments < 0 || attachments > maxAttachments) {
        return null;
      }
      type = type == BINARY_EVENT ? EVENT : ACK;
      at = dash + 1;
    }
    String namespace = "/";
    if (at < text.length() && text.charAt(at) == '/') {
      int comma = text.indexOf(',', at);
      int end = comma < 0 ? text.length() : comma;
      if (end - at > MAX_NAMESPACE) {
        return null;
      }
      namespace = text.substring(at, end);
      at = comma < 0 ? end : end + 1;
    }
    int idEnd = at;
    while (idEnd < text.length() && isDigit(text.charAt(idEnd))) {
      idEnd++;
    }
    long ackId = idEnd == at ? PacketEncoder.NO_ACK : number(text, at, idEnd);
    if (idEnd > at && ackId < 0) {
      return null;
    }
    return payload(text, type, namespace, ackId, (int) attachments, idEnd);
  }

  /** True for an event of which only the name was read. */
  boolean isTooDeep() {
    return slices != null && slices.places().areTooDeep();
  }

  /** Bytes of the text in UTF-8. */
  int bytes() {
    return counted < 0 ? ByteBufUtil.utf8Bytes(text) : counted;
  }

  /** True if {@link #bytes} is at most this. Where the length alone decides nothing is counted. */
  boolean isWithin(int most) {
    return text.length() <= most / MAX_BYTES_OF_CHAR || (text.length() <= most && bytes() <= most);
  }

  /**
   * Bytes of an event besides its arguments: what is before the first one, and the last bracket.
   */
  int envelopeBytes() {
    int nameEnd = Objects.requireNonNull(slices).places().bounds()[1];
    return ByteBufUtil.utf8Bytes(text, 0, Math.min(nameEnd + 1, text.length())) + 1;
  }

  private static @Nullable IncomingPacket payload(
      String text, char type, String namespace, long ackId, int attachments, int at) {
    boolean empty = at == text.length();
    JsonText.Slices slices = null;
    JsonObject auth = null;
    switch (type) {
      case CONNECT -> {
        auth = empty ? null : JsonText.decodeObject(text, at);
        if (!empty && auth == null) {
          return null;
        }
      }
      case DISCONNECT -> {
        if (!empty) {
          return null;
        }
      }
      case EVENT, ACK -> {
        slices = JsonText.slice(text, at);
        if (slices == null
            || !(type == EVENT ? isName(slices.name()) : !slices.places().areTooDeep())) {
          return null;
        }
      }
      default -> {
        return null;
      }
    }
    int counted = text.length() > LARGE_CHARS ? ByteBufUtil.utf8Bytes(text) : -1;
    return new IncomingPacket(text, type, namespace, ackId, attachments, counted, at, slices, auth);
  }

  private static boolean isName(@Nullable String name) {
    return name != null && !RESERVED.contains(name);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /**
   * The digits between two places as a number; -1 if there are none, too many, or something else.
   */
  private static long number(String text, int from, int to) {
    if (to <= from || to - from > MAX_ID_DIGITS) {
      return -1;
    }
    long number = 0;
    for (int i = from; i < to; i++) {
      if (!isDigit(text.charAt(i))) {
        return -1;
      }
      number = number * 10 + (text.charAt(i) - '0');
    }
    return number;
  }
}
