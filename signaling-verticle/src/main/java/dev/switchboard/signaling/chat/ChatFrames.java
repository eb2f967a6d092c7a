package dev.switchboard.signaling.chat;

import dev.switchboard.signaling.edge.ErrorCode;
import dev.switchboard.signaling.edge.JsonFields;
import dev.switchboard.signaling.socketio.EncodedPacket;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The events of the chat as encoded packets. What clients sent as JSON goes on as it came. */
final class ChatFrames {
  static final String NEW_MESSAGE = "new-message";
  static final String MESSAGE_SENT = "message-sent";

  private ChatFrames() {}

  /** A packet with one argument, given as JSON text. */
  static String packet(String event, String argument) {
    return "42[\"" + event + "\"," + argument + "]";
  }

  /** A packet with how far its receiver has got by it, where clients that recover look for it. */
  static String withOffset(String packet, String offset) {
    return packet.substring(0, packet.length() - 1) + ",\"" + offset + "\"]";
  }

  static String error(ChatError error) {
    return EncodedPacket.event("session-error", errorBody(error, error.message())).text();
  }

  static JsonObject errorBody(ErrorCode error, String message) {
    return new JsonObject().put("error", error.code()).put("message", message);
  }

  /** {@code {userId, displayName, timestamp}}. */
  static String presence(String event, String userId, @Nullable String name, long now) {
    JsonObject body = new JsonObject().put("userId", userId);
    if (name != null) {
      body.put("displayName", name);
    }
    return EncodedPacket.event(event, body.put("timestamp", now)).text();
  }

  /** {@code {userId, displayName}}. */
  static String typing(String event, String userId, String name) {
    return EncodedPacket.event(
            event, new JsonObject().put("userId", userId).put("displayName", name))
        .text();
  }

  static String sessionMetadata(ChatMode mode, @Nullable String sessionKey) {
    String key = sessionKey == null ? "null" : sessionKey;
    return packet(
        "session-metadata",
        "{\"chatMode\":\""
            + mode.wireName()
            + "\",\"encryptedSessionKey\":"
            + key
            + ",\"sessionKey\":"
            + key
            + "}");
  }

  static String sessionKeys(Map<String, String> keys) {
    StringBuilder body = new StringBuilder("{\"encryptedKeys\":{");
    keys.forEach(
        (user, key) -> {
          if (body.charAt(body.length() - 1) != '{') {
            body.append(',');
          }
          body.append(JsonFields.quote(user)).append(':').append(key);
        });
    return packet("session-key-available", body.append("}}").toString());
  }

  /** The public keys of those members that have one, but for {@code except}. */
  static String publicKeys(List<Member> members, @Nullable String except) {
    StringBuilder list = new StringBuilder("[");
    members.stream()
        .filter(member -> member.publicKey() != null && !member.userId().equals(except))
        .sorted(Member.BY_JOINING)
        .forEach(
            member -> {
              if (list.length() > 1) {
                list.append(',');
              }
              list.append("{\"userId\":")
                  .append(JsonFields.quote(member.userId()))
                  .append(",\"publicKey\":")
                  .append(member.publicKey())
                  .append(",\"displayName\":")
                  .append(JsonFields.quote(member.name()))
                  .append(",\"joinedAt\":")
                  .append(member.joinedAt())
                  .append('}');
            });
    return packet("public-keys-updated", list.append(']').toString());
  }
}
