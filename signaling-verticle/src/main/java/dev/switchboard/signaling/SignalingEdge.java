package dev.switchboard.signaling;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.Node;
import dev.switchboard.signaling.calls.CallMetrics;
import dev.switchboard.signaling.calls.EdgeCalls;
import dev.switchboard.signaling.edge.EdgeLease;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.edge.EdgeSockets;
import dev.switchboard.signaling.edge.EventRate;
import dev.switchboard.signaling.edge.Identity;
import dev.switchboard.signaling.socketio.SocketIoServer;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * One edge: its sockets and what the parts of the server make of them. Created and used on the
 * edge's loop, but for {@link #registered}.
 */
final class SignalingEdge {
  private final SocketIoServer server;
  private final EdgeSockets reachable;
  private final EdgeRouter router;
  private final RedisLink redis;
  private final EdgeLease lease;
  private final EdgeCalls calls;
  private volatile int registered;

  /** Puts the parts together on the current loop. */
  SignalingEdge(
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
    this.calls = new EdgeCalls(edge, node, settings, redis, lease, reachable, router, metrics);
    lease.onSwept(server::sendAway);
    SignIn signIn = new SignIn(node.tokens(), settings.guests());
    server.namespace("/", signIn::admit, socket -> connected(socket, signIn, node, settings));
    edge.vertx().setPeriodic(1_000, id -> registered = reachable.size());
  }

  private void connected(
      SocketIoSocket socket, SignIn signIn, Node node, SignalingSettings settings) {
    Identity identity = signIn.identify(socket.handshake());
    EventRate rate =
        new EventRate(settings.eventsPerSecond(), settings.eventsBurst(), System.nanoTime());
    new SocketEvents(socket, rate, node.meters(), List.of(calls.connected(socket, identity)))
        .attach();
  }

  /** Makes the edge reachable and starts what it does by the clock. */
  Future<Void> start() {
    return router.open(reachable).compose(open -> calls.start());
  }

  /** Registered sockets, at most a second ago. Any thread. */
  int registered() {
    return registered;
  }

  /**
   * Closes every socket, those in calls last, spread over a time, and waits until Redis knows that
   * they are gone.
   */
  Future<Void> drain(Duration spread) {
    Set<String> inCalls = calls.inCalls();
    return server
        .close(spread, socket -> inCalls.contains(socket.id()))
        .compose(closed -> calls.settled())
        .onComplete(done -> calls.stop());
  }

  /** Its lease, for what else it must not leave behind. */
  EdgeLease lease() {
    return lease;
  }

  /** Its sockets, as other edges reach them. */
  EdgeSockets reachable() {
    return reachable;
  }

  /** The edge's own connection to Redis. */
  RedisLink redis() {
    return redis;
  }
}
