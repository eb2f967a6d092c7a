package dev.switchboard.signaling.calls;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.signaling.edge.EdgeBatch;
import dev.switchboard.signaling.edge.Receipt;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A node that has been killed, as the others see it: sockets are on it by what Redis says, and what
 * is sent there has no answer until the others give up.
 */
final class SilentNode implements AutoCloseable {
  private static final int RECIPIENT_IS_LOST = 1;

  private final CallNodes nodes;
  private final EdgeId edge = new EdgeId("killed", 0);
  private final MessageConsumer<EdgeBatch> consumer;
  private final List<Message<EdgeBatch>> unanswered = new ArrayList<>();
  private String former = "";
  private boolean killed;

  SilentNode(CallNodes nodes) {
    this.nodes = nodes;
    consumer = nodes.vertx.eventBus().consumer(BusAddresses.edge(edge), this::receive);
    Await.await(consumer.completion());
  }

  private synchronized void receive(Message<EdgeBatch> batch) {
    if (killed) {
      unanswered.add(batch);
    } else {
      batch.reply(
          Receipt.write(Collections.nCopies(batch.body().envelopes().size(), Receipt.DELIVERED)));
    }
  }

  /** Lets the socket of a device be here instead of where it is; what comes for it is lost. */
  void takes(String userId, String deviceId) {
    former = move(userId, deviceId, edge.toString());
  }

  /**
   * Lets the socket that it took last be where it is again, so that its end is that of the session.
   */
  void givesBack(String userId, String deviceId) {
    move(userId, deviceId, former);
  }

  private String move(String userId, String deviceId, String to) {
    String sessions = "session:user:" + userId;
    JsonObject session = new JsonObject(nodes.redis("hget", sessions, deviceId).toString());
    String from = session.getString("edge");
    nodes.redis("hset", sessions, deviceId, session.put("edge", to).encode());
    return from;
  }

  /** From now on nothing is answered. */
  synchronized void kill() {
    killed = true;
  }

  /** Waits until so much has been sent here since it was killed. */
  void awaitSent(int envelopes) {
    Await.until(() -> sent() == envelopes);
  }

  private synchronized int sent() {
    return unanswered.stream().mapToInt(batch -> batch.body().envelopes().size()).sum();
  }

  /** The others give up what they have sent here, in order. */
  synchronized void isGivenUp() {
    unanswered.forEach(batch -> batch.fail(RECIPIENT_IS_LOST, "killed"));
    unanswered.clear();
  }

  @Override
  public void close() {
    Await.await(consumer.unregister());
  }
}
