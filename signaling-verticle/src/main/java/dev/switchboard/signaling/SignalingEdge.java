package dev.switchboard.signaling;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.Node;
import dev.switchboard.signaling.calls.CallMetrics;
import dev.switchboard.signaling.calls.EdgeCalls;
import dev.switchboard.signaling.chat.ChatMetrics;
import dev.switchboard.signaling.chat.ChatSettings;
import dev.switchboard.signaling.chat.Departing;
import dev.switchboard.signaling.chat.EdgeChat;
import dev.switchboard.signaling.edge.EdgeLease;
import dev.switchboard.signaling.edge.EdgeMail;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.edge.EdgeSockets;
import dev.switchboard.signaling.edge.EventRate;
import dev.switchboard.signaling.edge.Identity;
import dev.switchboard.signaling.edge.SocketPart;
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
  /** The largest message of a socket that is in no chat session; larger ones are not even read. */
  static final int MAX_MESSAGE_BYTES = 1_000_000;

  private final SocketIoServer server;
  private final EdgeSockets reachable;
  private final EdgeRouter router;
  private final RedisLink redis;
  private final EdgeLease lease;
  private final EdgeCalls calls;
  private final EdgeChat chat;
  private volatile int registered;

  /** Puts the parts together on the current loop. */
  SignalingEdge(
      Edge edge,
      Node node,
      SignalingSettings settings,
      ChatSettings chatSettings,
      EdgeRouter router,
      CallMetrics metrics,
      ChatMetrics chatMetrics,
      Departing departing,
      SocketIoServer server) {
    this.server = server;
    this.router = router;
    this.redis = node.redis().open();
    this.lease = new EdgeLease(edge.id(), redis, node.clock());
    this.reachable = new EdgeSockets(edge.id(), edge.vertx());
    this.calls = new EdgeCalls(edge, node, settings, redis, lease, reachable, router, metrics);
    this.chat =
        new EdgeChat(
            edge,
            node,
            new EdgeChat.UsualLimits(MAX_MESSAGE_BYTES, settings.slowConsumerBytes()),
            chatSettings,
            lease,
            reachable,
            router,
            chatMetrics,
            departing);
    lease.onSwept(server::sendAway);
    lease.onMail(reachable::receiveMail);
    if (edge.id().index() == 0) {
      router.goRound(new EdgeMail(edge.vertx(), redis, node.clock()));
    }
    SignIn signIn = new SignIn(node.tokens(), settings.guests());
    server.namespace("/", signIn::admit, socket -> connected(socket, signIn, node, settings));
    edge.vertx().setPeriodic(1_000, id -> registered = reachable.size());
  }

  private void connected(
      SocketIoSocket socket, SignIn signIn, Node node, SignalingSettings settings) {
    Identity identity = signIn.identify(socket.handshake());
    EventRate rate =
        new EventRate(settings.eventsPerSecond(), settings.eventsBurst(), System.nanoTime());
    List<SocketPart> parts =
        List.of(calls.connected(socket, identity), chat.connected(socket, identity));
    new SocketEvents(socket, rate, node.meters(), parts).attach();
  }

  /** Makes the edge reachable and starts what it does by the clock. */
  Future<Void> start() {
    return router
        .open(reachable)
        .compose(open -> Future.all(calls.start(), chat.start()))
        .mapEmpty();
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
        .compose(closed -> Future.join(calls.settled(), chat.settled()))
        .<Void>mapEmpty()
        .onComplete(
            done -> {
              calls.stop();
              chat.stop();
            });
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
