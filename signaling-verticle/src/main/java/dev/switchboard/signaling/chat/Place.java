package dev.switchboard.signaling.chat;

import dev.switchboard.signaling.chat.Draft.KeptMessage;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;

/**
 * Where a message stands in its session, so that readers get those of one author in order, whatever
 * way they come.
 *
 * @param author who sent it; empty for anything else than a message, and where older nodes sent it
 * @param order what orders the messages of a session, counted up; 0 where it is not known
 * @param after the order of the newest messages that its author sent before it took the seat that
 *     this one comes from, by whom they are for: they may come by another way
 */
record Place(String author, long order, Map<String, Long> after) {
  /** Of anything else than a message. */
  static final Place NONE = new Place("", 0, Map.of());

  /** The order of the message that a member gets before this one; 0 if there is none. */
  long afterFor(String userId) {
    return after.isEmpty()
        ? 0
        : Math.max(after.getOrDefault(KeptMessage.ALL, 0L), after.getOrDefault(userId, 0L));
  }

  void write(JsonObject json) {
    json.put("from", author).put("order", order);
    if (!after.isEmpty()) {
      JsonObject orders = new JsonObject();
      after.forEach(orders::put);
      json.put("after", orders);
    }
  }

  static Place read(JsonObject json) {
    String author = json.getString("from", "");
    long order = json.getLong("order", 0L);
    JsonObject orders = json.getJsonObject("after");
    if (orders == null) {
      return new Place(author, order, Map.of());
    }
    Map<String, Long> after = new HashMap<>();
    orders.fieldNames().forEach(to -> after.put(to, orders.getLong(to)));
    return new Place(author, order, Map.copyOf(after));
  }
}
