package dev.switchboard.signaling.edge;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.role.Node;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.function.Consumer;

/** One edge, as what stands on it is put together. Made on its loop. */
public record EdgeContext(
    Edge edge,
    Node node,
    RedisLink redis,
    EdgeLease lease,
    EdgeHeartbeat heartbeat,
    EdgeSockets sockets,
    EdgeRouter router,
    RelayMetrics relays) {

  /** A new edge, with a connection to Redis of its own. */
  public static EdgeContext open(
      Edge edge, Node node, EdgeRouter router, EdgeBatchCodec codec, RelayMetrics relays) {
    RedisLink redis = node.redis().open();
    EdgeLease lease = new EdgeLease(edge.id(), redis, codec, node.clock());
    EdgeHeartbeat heartbeat = new EdgeHeartbeat(edge.vertx(), edge.id());
    heartbeat.add(lease);
    Standstill standstill =
        new Standstill(
            edge.vertx(),
            System::nanoTime,
            () -> heartbeat.isRunning() ? lease.renew() : Future.succeededFuture());
    heartbeat.add(standstill::beat);
    EdgeSockets sockets = new EdgeSockets(edge.id(), edge.vertx(), standstill, System::nanoTime);
    lease.onMail(
        envelope -> {
          heartbeat.mailCame(lease);
          sockets.receiveMail(envelope);
        });
    if (edge.id().index() == 0) {
      router.mailbox(new EdgeMailbox(edge.vertx(), redis, codec, node.clock()));
    }
    return new EdgeContext(edge, node, redis, lease, heartbeat, sockets, router, relays);
  }

  public EdgeId id() {
    return edge.id();
  }

  public Vertx vertx() {
    return edge.vertx();
  }

  public InstantSource clock() {
    return node.clock();
  }

  /** How a feature sends to addresses; {@code stale} as {@link Deliveries} has it. */
  public <A extends Address> Deliveries<A> deliveries(Consumer<A> stale) {
    return new Deliveries<>(vertx(), router, stale);
  }
}
