package dev.switchboard.signaling.chat;

import dev.switchboard.shared.metrics.MetricNames;
import dev.switchboard.shared.redis.LostAnswers;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.RedisLinks;
import dev.switchboard.shared.redis.RedisObserver;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.Node;
import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.edge.EdgeLease;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.edge.EdgeSockets;
import dev.switchboard.signaling.edge.Identity;
import dev.switchboard.signaling.edge.Leftovers;
import dev.switchboard.signaling.edge.SocketPart;
import dev.switchboard.signaling.socketio.CloseReason;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Chat on one edge: what its sockets do with it. Belongs to the edge's loop. */
public final class EdgeChat {
  /** The limits of a socket that is in no session, in bytes. */
  public record UsualLimits(int messageBytes, long slowConsumerBytes) {}

  private static final long SECOND_MILLIS = 1_000;

  private final Vertx vertx;
  private final int index;
  private final ChatEdge shared;
  private final ChatEvents events;
  private final @Nullable EdgeLease ownLease;
  private long timer = -1;

  /**
   * Puts the parts together on the current loop.
   *
   * @param usual the limits of a socket that is in no session
   * @param lease the edge's lease in the Redis of all
   */
  public EdgeChat(
      Edge edge,
      Node node,
      UsualLimits usual,
      ChatSettings settings,
      EdgeLease lease,
      EdgeSockets reachable,
      EdgeRouter router,
      ChatMetrics metrics,
      Departing departing) {
    this.vertx = edge.vertx();
    this.index = edge.id().index();
    RedisLink redis = link(node, settings);
    this.ownLease =
        settings.redis().isPresent() ? new EdgeLease(edge.id(), redis, node.clock()) : null;
    EdgeLease used = ownLease == null ? lease : ownLease;
    ChatStore store = new ChatStore(redis, settings, used);
    MessageStore messages = new MessageStore(redis, settings);
    Bodies bodies = new Bodies(vertx, messages);
    ChatMail mail = new ChatMail(edge.id(), router, bodies, metrics);
    LostAnswers lost = new LostAnswers(vertx);
    ChatService service =
        new ChatService(vertx, store, bodies, mail, lost, departing, node.clock());
    this.shared =
        new ChatEdge(
            vertx,
            settings,
            usual,
            store,
            messages,
            bodies,
            mail,
            service,
            new StoreWait(vertx),
            metrics,
            node.clock());
    String name = edge.id().toString();
    this.events = new ChatEvents(shared, name, new ChatMessages(shared, name, lost));
    used.add(new Orphans(service));
    used.onLapse(this::lookAfterLapse);
    reachable.add(ChatMail.ADDRESS, mail);
    new ChatRoutes(node.access(), settings, store, node.clock()).mount(edge.router());
  }

  /** A connection of its own, so that a picture does not hold up calls. */
  private static RedisLink link(Node node, ChatSettings settings) {
    return settings
        .redis()
        .map(options -> RedisLinks.to(node.vertx(), options, observer(node.meters())).open())
        .orElseGet(() -> node.redis().open());
  }

  private static RedisObserver observer(MeterRegistry meters) {
    return (name, nanos, failed) ->
        meters
            .timer(MetricNames.REDIS_COMMAND, "command", name)
            .record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Members whose edge has died. */
  private record Orphans(ChatService service) implements Leftovers {
    @Override
    public String kind() {
      return ChatStore.LEFTOVERS;
    }

    @Override
    public Future<Void> settle(String edge, String entry) {
      JsonArray parts = new JsonArray(entry);
      return service.dropOrphan(
          new Seat(parts.getString(0), parts.getString(1), parts.getString(2), edge));
    }
  }

  /** Others may have taken our members for dead: those connect and join again. */
  private void lookAfterLapse() {
    for (Membership member : shared.mail().all()) {
      if (!member.isIn()) {
        continue; // Redis may not know it yet
      }
      shared
          .store()
          .touch(member.seat())
          .onSuccess(
              done -> {
                if (done.status().equals("forbidden")) {
                  member.socket().close(CloseReason.NORMAL);
                }
              });
    }
  }

  /** A client has connected. */
  public SocketPart connected(SocketIoSocket socket, Identity identity) {
    return new ChatSocket(shared, events, socket, identity);
  }

  /** Starts what is done by the clock. */
  public Future<Void> start() {
    EdgeLease own = ownLease;
    if (own == null) {
      return Future.succeededFuture();
    }
    timer = vertx.setPeriodic(SECOND_MILLIS, id -> everySecond(own));
    return own.renew().otherwiseEmpty();
  }

  private void everySecond(EdgeLease own) {
    own.renew()
        .onSuccess(
            held -> {
              if (index == 0) {
                own.sweep();
              }
            });
  }

  /** Completes when Redis knows of every socket that has ended so far. */
  public Future<Void> settled() {
    return shared.service().settled();
  }

  /** Stops what is done by the clock. */
  public void stop() {
    if (timer >= 0) {
      vertx.cancelTimer(timer);
    }
  }
}
