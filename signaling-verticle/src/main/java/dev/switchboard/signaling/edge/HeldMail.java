package dev.switchboard.signaling.edge;

import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Mail whose channel has numbers before it that have not arrived: it waits a little for them. An
 * edge that stood still fetches its mail before it has read what the bus had left in its sockets
 * meanwhile, and that was sent earlier. Belongs to the loop of its edge.
 */
final class HeldMail {
  /** The bus is read as soon as a node runs again; what was lost on it does not come. */
  private static final long PATIENCE_MILLIS = 500;

  private final Vertx vertx;
  private final Deduplication arrived;
  private final Consumer<EdgeEnvelope> taker;
  private final Map<String, Deque<EdgeEnvelope>> held = new HashMap<>();

  /** Mail for a taker, which has {@code arrived} take note of each. */
  HeldMail(Vertx vertx, Deduplication arrived, Consumer<EdgeEnvelope> taker) {
    this.vertx = vertx;
    this.arrived = arrived;
    this.taker = taker;
  }

  /** Passes it on, now or later. */
  void receive(EdgeEnvelope envelope) {
    String channel = envelope.channel();
    Deque<EdgeEnvelope> waiting = held.get(channel);
    if (waiting != null) {
      waiting.add(envelope);
    } else if (arrived.isAfterGap(envelope)) {
      held.put(channel, new ArrayDeque<>(List.of(envelope)));
      vertx.setTimer(PATIENCE_MILLIS, timer -> release(channel, any -> true));
    } else {
      taker.accept(envelope);
    }
  }

  /** An envelope is about to be taken that came by the bus: it overtakes none. */
  void before(EdgeEnvelope envelope) {
    release(envelope.channel(), mail -> mail.number() < envelope.number());
  }

  /** An envelope that came by the bus was taken, which others may have waited for. */
  void after(EdgeEnvelope envelope) {
    release(envelope.channel(), mail -> !arrived.isAfterGap(mail));
  }

  private void release(String channel, Predicate<EdgeEnvelope> isDue) {
    Deque<EdgeEnvelope> waiting = held.get(channel);
    if (waiting == null) {
      return;
    }
    while (!waiting.isEmpty() && isDue.test(waiting.getFirst())) {
      taker.accept(waiting.removeFirst());
    }
    if (waiting.isEmpty()) {
      held.remove(channel);
    }
  }
}
