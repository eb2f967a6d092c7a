package dev.switchboard.signaling.chat;

import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a socket sends before it joins waits for the join, since stock clients send what they
 * buffered while they were offline before the app's handler of {@code connect} runs. It waits for a
 * limited time, and only so much does. Belongs to the loop of its edge.
 */
final class BeforeJoin {
  private static final long WAIT_MILLIS = 2_000;
  private static final int MAX_EVENTS = 128;
  private static final int MAX_BYTES = 512 * 1024;

  /** These have an answer without a join: it comes first, the list is empty, nobody leaves. */
  private static final Set<String> AT_ONCE =
      Set.of(ChatEvents.JOIN, "get-public-keys", "leave-session");

  private final Vertx vertx;
  private @Nullable List<Runnable> waiting = new ArrayList<>();
  private int bytes;

  BeforeJoin(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Lets an event wait; false if it is to be handled at once. */
  boolean hold(Event event, Runnable handle) {
    List<Runnable> others = waiting;
    if (others == null
        || AT_ONCE.contains(event.name())
        || others.size() == MAX_EVENTS
        || bytes + event.size() > MAX_BYTES) {
      return false;
    }
    if (others.isEmpty()) {
      vertx.setTimer(WAIT_MILLIS, id -> end());
    }
    others.add(handle);
    bytes += event.size();
    return true;
  }

  /** The socket joins, or has waited long enough: what waits is handled in its order. */
  void end() {
    List<Runnable> held = waiting;
    waiting = null;
    if (held != null) {
      held.forEach(Runnable::run);
    }
  }
}
