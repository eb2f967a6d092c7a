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
   */
  record Action(EventHandler handler, boolean ordered) {}

  EventTable ordered(String event, EventHandler handler) {
    actions.put(event, new Action(handler, true));
    return this;
  }

  EventTable atOnce(String event, EventHandler handler) {
    actions.put(event, new Action(handler, false));
    return this;
  }

  @Nullable Action find(String event) {
    return actions.get(event);
  }
}
