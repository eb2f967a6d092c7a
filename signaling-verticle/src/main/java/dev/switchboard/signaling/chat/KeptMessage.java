package dev.switchboard.signaling.chat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A message of the history, without its body.
 *
 * @param ref names its pieces
 * @param to a member, or {@code all}
 * @param pieces of its body
 * @param contentPieces of what only its author gets back
 * @param bytes what all of it counts for
 */
record KeptMessage(
    String ref, String id, String from, String to, int pieces, int contentPieces, long bytes) {
  /** To every member. */
  static final String ALL = "all";

  static KeptMessage parse(String text) {
    JsonObject json = new JsonObject(text);
    return new KeptMessage(
        json.getString("r"),
        json.getString("i"),
        json.getString("f"),
        json.getString("t"),
        json.getInteger("n"),
        json.getInteger("c"),
        json.getLong("b"));
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
