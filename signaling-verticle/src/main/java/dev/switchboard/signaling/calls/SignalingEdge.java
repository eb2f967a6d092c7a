package dev.switchboard.signaling.calls;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.Node;
import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.edge.EdgeLease;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.edge.EdgeSockets;
import dev.switchboard.signaling.sessions.SessionStore;
import dev.switchboard.signaling.socketio.SocketIoServer;
import io.vertx.core.Future;
import java.time.Duration;

/**
 * Calls on one edge: its Redis link, its sockets, its timers. Created and used on the edge's loop,
 * but for {@link #registered}.
 */
public final class SignalingEdge {
  private final CallSockets sockets;
  private final Housekeeping housekeeping;
  private final SocketIoServer server;
  private final EdgeSockets reachable;
  private final EdgeRouter router;
  private final RedisLink redis;
  private final EdgeLease lease;
  private volatile int registered;

  /** Puts the parts together on the current loop. */
  public SignalingEdge(
      Edge edge,
      Node node,
      SignalingSettings settings,
      EdgeRouter router,
      CallMetrics metrics,
      SocketIoServer server) {
    this.server = server;
    this.router = router;
    this.redis = node.redis().open();
    this.lease = new EdgeLease(edge.id(), redis, node.clock());
    this.reachable = new EdgeSockets(edge.id(), edge.vertx());
    SessionStore sessions = new SessionStore(redis);
    CallStore calls = new CallStore(redis);
    CallService service = new CallService(settings, calls, sessions, router, metrics, node.clock());
    CallEdge shared =
        new CallEdge(
            edge.vertx(),
            settings,
            reachable,
            router,
            sessions,
            service,
            new IceClient(edge.vertx().eventBus()),
            node.tokens(),
            new TokenClock(),
            metrics,
            node.clock());
    this.sockets = new CallSockets(shared);
    this.housekeeping = new Housekeeping(shared, redis, lease, calls, service, sockets);
    server.namespace("/", sockets::admit, sockets::connected);
    edge.vertx().setPeriodic(1_000, id -> registered = reachable.size());
  }

  /** Makes the edge reachable and starts what it does by the clock. */
  public Future<Void> start() {
    return router.open(reachable).compose(open -> housekeeping.start());
  }

  /** Registered sockets, at most a second ago. Any thread. */
  public int registered() {
    return registered;
  }

  /** Closes every socket, spread over a time, and waits until Redis knows that they are gone. */
  public Future<Void> drain(Duration spread) {
    return server
        .close(spread)
        .compose(closed -> sockets.settled())
        .onComplete(done -> housekeeping.stop());
  }

  /** Its lease, for what else it must not leave behind. */
  public EdgeLease lease() {
    return lease;
  }

  /** Its sockets, as other edges reach them. */
  public EdgeSockets reachable() {
    return reachable;
  }

  /** The edge's own connection to Redis. */
  public RedisLink redis() {
    return redis;
  }
}
