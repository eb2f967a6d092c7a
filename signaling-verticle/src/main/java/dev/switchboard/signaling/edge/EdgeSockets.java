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
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of one edge, by their id. Only its own loop touches it; other loops hand their
 * messages over to {@link #context}.
 */
public final class EdgeSockets {
  private final EdgeId edge;
  private final Context context;
  private final Map<String, Endpoint> endpoints = new HashMap<>();
  private final Deduplication arrived;
  private final HeldMail mail;
  private final Standstill standstill;
  private Consumer<EdgeMessage> undelivered = message -> {};
  private Predicate<EdgeMessage> gone = message -> false;

  /** The endpoints of the edge whose loop calls this. */
  EdgeSockets(EdgeId edge, Vertx vertx, Standstill standstill, LongSupplier nanos) {
    this.edge = edge;
    this.standstill = standstill;
    this.arrived = new Deduplication(nanos);
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

  /** Sets what may take a message whose endpoint is gone; where it does, that is a delivery. */
  public void onGone(Predicate<EdgeMessage> handler) {
    gone = handler;
  }

  /** Takes what arrived over the bus, now or soon. */
  void receive(EdgeBatch batch, Consumer<List<Receipt>> answer) {
    batch.envelopes().forEach(this::takeFirst);
    standstill.run(() -> answer.accept(receive(batch)));
  }

  /** After a standstill what ends an endpoint is taken before what was sent to it until then. */
  private void takeFirst(EdgeEnvelope envelope) {
    EdgeNote note = envelope.message().note();
    if (note != null && note.isLast() && standstill.isLookingRound()) {
      receive(envelope.message());
    }
  }

  /**
   * Takes what arrived over the bus; a duplicate is not delivered again. The receipts are in order.
   */
  List<Receipt> receive(EdgeBatch batch) {
    List<Receipt> receipts = new ArrayList<>(batch.envelopes().size());
    for (EdgeEnvelope envelope : batch.envelopes()) {
      mail.before(envelope);
      receipts.add(receive(envelope));
      mail.after(envelope);
    }
    return receipts;
  }

  private Receipt receive(EdgeEnvelope envelope) {
    if (isOfNoUse(envelope)) {
      return Receipt.STALE;
    }
    return arrived.isFirst(envelope) ? take(envelope) : Receipt.DELIVERED;
  }

  /** Where two nodes could not reach each other, TCP may bring after a minute what it had left. */
  private boolean isOfNoUse(EdgeEnvelope envelope) {
    EdgeNote note = envelope.message().note();
    return (note == null || note.isOrdered()) && arrived.isOvertaken(envelope);
  }

  /** Where nobody reads the receipt any more, the same comes by the mailbox. */
  private Receipt take(EdgeEnvelope envelope) {
    Receipt receipt = receive(envelope.message());
    if (receipt == Receipt.STALE) {
      arrived.forget(envelope);
    }
    return receipt;
  }

  /** Takes what arrived by the mailbox, whose sender has to count it as delivered. */
  public void receiveMail(EdgeEnvelope envelope) {
    takeFirst(envelope);
    standstill.run(() -> mail.receive(envelope));
  }

  private void takeMail(EdgeEnvelope envelope) {
    if (arrived.isFirst(envelope) && receive(envelope.message()) == Receipt.STALE) {
      undelivered.accept(envelope.message());
    }
  }

  /** Takes a message on this edge's own loop. */
  Receipt receive(EdgeMessage message) {
    Endpoint endpoint = endpoints.get(message.endpoint());
    boolean taken = endpoint == null ? gone.test(message) : endpoint.accept(message);
    return taken ? Receipt.DELIVERED : Receipt.STALE;
  }
}
