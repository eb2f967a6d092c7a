package dev.switchboard.signaling.edge;

import io.vertx.core.json.JsonObject;

/**
 * A message on its way from one process to an edge. It may come twice, by the bus and round by
 * Redis, and is taken once.
 *
 * @param lane names all messages of one process to one edge
 * @param number its place among them, from 1
 */
public record EdgeLetter(String lane, long number, EdgeMessage message) {
  /** As Redis keeps it. */
  String write() {
    return new JsonObject()
        .put("lane", lane)
        .put("number", number)
        .put("socket", message.socketId())
        .put("kind", message.kind().name())
        .put("frame", message.frame())
        .put("note", message.note())
        .encode();
  }

  /** What {@link #write} has written. */
  static EdgeLetter read(String text) {
    JsonObject fields = new JsonObject(text);
    return new EdgeLetter(
        fields.getString("lane"),
        fields.getLong("number"),
        new EdgeMessage(
            fields.getString("socket"),
            EdgeMessage.Kind.valueOf(fields.getString("kind")),
            fields.getString("frame"),
            fields.getJsonObject("note")));
  }
}
