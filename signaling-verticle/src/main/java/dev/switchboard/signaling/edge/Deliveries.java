package dev.switchboard.signaling.edge;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a feature sends to addresses that may be stale. Whoever sends decides what follows for the
 * message; what follows for the address is the same whoever sends, and stands here once. Belongs to
 * the loop of its edge.
 */
public final class Deliveries<A extends Address> {
  private final Vertx vertx;
  private final EdgeRouter router;
  private final Consumer<A> stale;

  /**
   * Makes one.
   *
   * @param stale gets each address that turned out to be stale, after whoever sent to it has got
   *     the receipt
   */
  public Deliveries(Vertx vertx, EdgeRouter router, Consumer<A> stale) {
    this.vertx = vertx;
    this.router = router;
    this.stale = stale;
  }

  /** Sends to one address; never fails. Complete at once if that is on this loop. */
  public Future<Receipt> send(A to, @Nullable String frame, @Nullable EdgeNote note) {
    Future<Receipt> sent = router.send(to.edge(), new EdgeMessage(to.endpoint(), frame, note));
    if (sent.isComplete()) {
      received(to, sent.result());
      return sent;
    }
    return sent.onSuccess(receipt -> received(to, receipt));
  }

  private void received(A to, Receipt receipt) {
    if (receipt == Receipt.STALE) {
      vertx.runOnContext(later -> stale.accept(to));
    }
  }

  /** Sends one frame to several addresses; never fails. The receipts are in their order. */
  public Future<List<Receipt>> send(List<A> to, @Nullable String frame, @Nullable EdgeNote note) {
    List<Future<Receipt>> sent = new ArrayList<>(to.size());
    to.forEach(address -> sent.add(send(address, frame, note)));
    return Future.join(sent).map(all -> sent.stream().map(Future::result).toList());
  }

  /** True if an address is one of this process. */
  public boolean isHere(A to) {
    return router.isHere(to.edge());
  }
}
