package dev.switchboard.signaling.chat;

import dev.switchboard.signaling.edge.JsonFields;
import dev.switchboard.signaling.socketio.EncodedPacket;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way into a session: as it will be kept, in pieces, and as it will be delivered.
 *
 * @param ref names its pieces
 * @param body its pieces
 * @param content the pieces of what only its author gets back
 * @param delivered the packet for those it is for
 * @param sent the packet for its author, which has its content too
 */
record Draft(
    String ref,
    String id,
    String to,
    List<Buffer> body,
    List<Buffer> content,
    EncodedPacket delivered,
    EncodedPacket sent) {
  /** No piece is larger, so that nothing that shares Redis waits for long. */
  static final int PIECE_BYTES = 512 * 1024;

  /** What an entry of the history counts for besides its pieces. */
  private static final int ENTRY_BYTES = 256;

  /**
   * What a client sent.
   *
   * @param encrypted JSON text
   * @param content JSON text; null if there is none
   */
  record Sent(
      String id,
      String from,
      String to,
      String encrypted,
      @Nullable String content,
      String type,
      String senderName,
      long timestamp) {
    /** The public form of the message. */
    private String body() {
      return "{\"id\":"
          + JsonFields.quote(id)
          + ",\"from\":"
          + JsonFields.quote(from)
          + ",\"to\":"
          + JsonFields.quote(to)
          + ",\"encrypted\":"
          + encrypted
          + ",\"timestamp\":"
          + timestamp
          + ",\"type\":"
          + JsonFields.quote(type)
          + ",\"senderDisplayName\":"
          + JsonFields.quote(senderName)
          + "}";
    }
  }

  /** Composes a message. Takes milliseconds for a large one: not on an event loop. */
  static Draft compose(String ref, Sent message) {
    String body = message.body();
    EncodedPacket delivered =
        EncodedPacket.ofText(ChatFrames.packet(ChatFrames.NEW_MESSAGE, body)).encoded();
    String content = message.content();
    String own = withContent(body, content);
    EncodedPacket sent =
        EncodedPacket.ofText(ChatFrames.packet(ChatFrames.MESSAGE_SENT, own)).encoded();
    return new Draft(
        ref,
        message.id(),
        message.to(),
        cut(body),
        content == null ? List.of() : cut(content),
        delivered,
        sent);
  }

  /**
   * A message as its author gets it.
   *
   * @param content JSON text; null or empty if there is none
   */
  static String withContent(String body, @Nullable String content) {
    return content == null || content.isEmpty()
        ? body
        : body.substring(0, body.length() - 1) + ",\"originalContent\":" + content + "}";
  }

  private static List<Buffer> cut(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Buffer whole = Buffer.buffer(bytes);
    List<Buffer> pieces = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += PIECE_BYTES) {
      pieces.add(whole.slice(at, Math.min(bytes.length, at + PIECE_BYTES)));
    }
    return pieces;
  }

  /** True if it is kept in one step. */
  boolean isSmall() {
    return body.size() == 1 && content.size() <= 1;
  }

  /** What it counts for. */
  long bytes() {
    return ENTRY_BYTES
        + body.stream().mapToLong(Buffer::length).sum()
        + content.stream().mapToLong(Buffer::length).sum();
  }

  /** What the scripts must know of it. */
  JsonObject json() {
    return new JsonObject()
        .put("ref", ref)
        .put("message", id)
        .put("to", to)
        .put("n", body.size())
        .put("c", content.size())
        .put("b", bytes());
  }

  /**
   * A message of the history, without its body.
   *
   * @param ref names its pieces
   * @param to a member, or {@code all}
   * @param pieces of its body
   * @param contentPieces of what only its author gets back
   * @param bytes what all of it counts for
   * @param order as {@link Place} has it
   */
  record KeptMessage(
      String ref,
      String id,
      String from,
      String to,
      int pieces,
      int contentPieces,
      long bytes,
      long order) {
    /** To every member. */
    static final String ALL = "all";

    static KeptMessage parse(String text) {
      return of(new JsonObject(text));
    }

    static KeptMessage of(JsonObject json) {
      return new KeptMessage(
          json.getString("r"),
          json.getString("i", ""),
          json.getString("f"),
          json.getString("t"),
          json.getInteger("n"),
          json.getInteger("c"),
          json.getLong("b"),
          json.getLong("m", 0L));
    }

    /**
     * What a member sees of a history: messages to all, to it, or from it. Of copies that it sent
     * under one id it sees one, if possible one with its original content.
     */
    static List<KeptMessage> seenBy(String userId, List<KeptMessage> history) {
      Map<String, KeptMessage> own = new HashMap<>();
      for (KeptMessage message : history) {
        if (message.from().equals(userId)) {
          own.merge(
              message.id(),
              message,
              (shown, other) ->
                  shown.contentPieces() == 0 && other.contentPieces() > 0 ? other : shown);
        }
      }
      List<KeptMessage> seen = new ArrayList<>();
      for (KeptMessage message : history) {
        boolean mine = message.from().equals(userId);
        if (mine
            ? message.equals(own.get(message.id()))
            : message.to().equals(ALL) || message.to().equals(userId)) {
          seen.add(message);
        }
      }
      return seen;
    }
  }
}
