package dev.switchboard.signaling.edge;

import dev.switchboard.shared.role.EdgeId;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of one edge, by their id. Only its own loop touches it; other loops hand their
 * messages over to {@link #context}.
 */
public final class EdgeSockets {
  private final EdgeId edge;
  private final Context context;
  private final Map<String, Endpoint> endpoints = new HashMap<>();
  private final Deduplication arrived = new Deduplication();
  private final HeldMail mail;
  private Consumer<EdgeMessage> undelivered = message -> {};

  /** The endpoints of the edge whose loop calls this. */
  public EdgeSockets(EdgeId edge, Vertx vertx) {
    this.edge = edge;
    this.context = vertx.getOrCreateContext();
    this.mail = new HeldMail(vertx, arrived, this::takeMail);
  }

  public EdgeId edge() {
    return edge;
  }

  Context context() {
    return context;
  }

  /** True on the loop of this edge, in whichever of its contexts: each connection has its own. */
  boolean isOnItsLoop() {
    return ((ContextInternal) context).nettyEventLoop().inEventLoop();
  }

  public void add(String id, Endpoint endpoint) {
    endpoints.put(id, endpoint);
  }

  public void remove(String id) {
    endpoints.remove(id);
  }

  /** The endpoint of an id; null if it is not here. */
  public @Nullable Endpoint find(String id) {
    return endpoints.get(id);
  }

  /** Sets what gets messages of the mailbox whose endpoint is gone: their sender can't know. */
  public void onUndelivered(Consumer<EdgeMessage> handler) {
    undelivered = handler;
  }

  /**
   * Takes what arrived over the bus; a duplicate is not delivered again. The receipts are in order.
   */
  List<Receipt> receive(EdgeBatch batch) {
    List<Receipt> receipts = new ArrayList<>(batch.envelopes().size());
    for (EdgeEnvelope envelope : batch.envelopes()) {
      mail.before(envelope);
      receipts.add(arrived.isFirst(envelope) ? receive(envelope.message()) : Receipt.DELIVERED);
      mail.after(envelope);
    }
    return receipts;
  }

  /** Takes what arrived by the mailbox, whose sender has to count it as delivered. */
  public void receiveMail(EdgeEnvelope envelope) {
    mail.receive(envelope);
  }

  private void takeMail(EdgeEnvelope envelope) {
    if (arrived.isFirst(envelope) && receive(envelope.message()) == Receipt.STALE) {
      undelivered.accept(envelope.message());
    }
  }

  /** Takes a message on this edge's own loop. */
  Receipt receive(EdgeMessage message) {
    Endpoint endpoint = endpoints.get(message.endpoint());
    return endpoint != null && endpoint.accept(message) ? Receipt.DELIVERED : Receipt.STALE;
  }
}
