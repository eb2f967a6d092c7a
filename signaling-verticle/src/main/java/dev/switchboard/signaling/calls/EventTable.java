package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which handler an event of a client goes to. */
final class EventTable {
  private final Map<String, Action> actions = new HashMap<>();

  /** Handles an event; the future ends when later events of the socket may take effect. */
  @FunctionalInterface
  interface EventHandler {
    Future<Void> handle(CallSocket from, Event event, Answer answer);
  }

  /**
   * A handler.
   *
   * @param ordered whether it waits for the socket's earlier events
   * @param ofRegistered whether only a registered socket may send it
   */
  record Action(EventHandler handler, boolean ordered, boolean ofRegistered) {}

  /** An event of a registered socket that waits for the earlier ones. */
  EventTable ordered(String event, EventHandler handler) {
    actions.put(event, new Action(handler, true, true));
    return this;
  }

  /** An event of a registered socket that waits for nothing. */
  EventTable atOnce(String event, EventHandler handler) {
    actions.put(event, new Action(handler, false, true));
    return this;
  }

  /** An event of any socket that waits for the earlier ones. */
  EventTable orderedOfAny(String event, EventHandler handler) {
    actions.put(event, new Action(handler, true, false));
    return this;
  }

  /** An event of any socket that waits for nothing. */
  EventTable atOnceOfAny(String event, EventHandler handler) {
    actions.put(event, new Action(handler, false, false));
    return this;
  }

  @Nullable Action find(String event) {
    return actions.get(event);
  }
}
