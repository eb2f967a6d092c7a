package dev.switchboard.signaling.calls;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.Node;
import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.edge.EdgeLease;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.edge.EdgeSockets;
import dev.switchboard.signaling.edge.Identity;
import dev.switchboard.signaling.edge.SocketPart;
import dev.switchboard.signaling.sessions.SessionStore;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.Future;
import java.util.Set;

/** Calls on one edge: what its sockets do with them, and its timers. Belongs to the edge's loop. */
public final class EdgeCalls {
  private final CallSockets sockets;
  private final Housekeeping housekeeping;

  /** Puts the parts together on the current loop. */
  public EdgeCalls(
      Edge edge,
      Node node,
      SignalingSettings settings,
      RedisLink redis,
      EdgeLease lease,
      EdgeSockets reachable,
      EdgeRouter router,
      CallMetrics metrics) {
    SessionStore sessions = new SessionStore(redis);
    CallStore calls = new CallStore(redis);
    CallSaves saves = new CallSaves(edge.vertx(), calls);
    CallService service =
        new CallService(settings, calls, saves, sessions, router, metrics, node.clock());
    CallEdge shared =
        new CallEdge(
            edge.vertx(),
            settings,
            reachable,
            router,
            sessions,
            service,
            new Initiation(settings, saves, service, router, metrics),
            new IceClient(edge.vertx().eventBus(), node.clock()),
            node.tokens(),
            new TokenClock(),
            metrics,
            node.clock());
    this.sockets = new CallSockets(shared);
    this.housekeeping = new Housekeeping(shared, redis, lease, calls, service, sockets);
  }

  /** A client has connected. */
  public SocketPart connected(SocketIoSocket socket, Identity identity) {
    return sockets.connected(socket, identity);
  }

  /** The ids of the sockets that take part in a call. */
  public Set<String> inCalls() {
    return sockets.inCalls();
  }

  /** Starts what is done by the clock. */
  public Future<Void> start() {
    return housekeeping.start();
  }

  /** Completes when Redis knows of every socket that has ended so far. */
  public Future<Void> settled() {
    return sockets.settled();
  }

  /** Stops what is done by the clock. */
  public void stop() {
    housekeeping.stop();
  }
}
