package dev.switchboard.signaling.chat;

import dev.switchboard.shared.metrics.MetricNames;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.RedisLinks;
import dev.switchboard.shared.redis.RedisObserver;
import dev.switchboard.shared.redis.StoreRetry;
import dev.switchboard.shared.role.Node;
import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.edge.Departures;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.EdgeLease;
import dev.switchboard.signaling.edge.EdgeNote;
import dev.switchboard.signaling.edge.Identity;
import dev.switchboard.signaling.edge.SocketPart;
import dev.switchboard.signaling.recovery.SavedSocket;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Chat on one edge: what its sockets do with it. Belongs to the edge's loop. */
public final class EdgeChat {
  /** The limits of a socket that is in no session, in bytes. */
  public record UsualLimits(int messageBytes, long slowConsumerBytes) {}

  private final Shared shared;
  private final ChatStore store;
  private final ChatService service;
  private final ChatEvents events;
  private final ChatRecovery recovery;
  private final UserInChats users;

  /** What the sockets of the chat share. */
  record Shared(Vertx vertx, ChatSettings settings, UsualLimits usual, ChatMetrics metrics) {}

  /** What the chat has once for all edges of a process. */
  public static final class OfProcess {
    final ChatMetrics metrics;
    final Departures.Registry<ChatService.Who> departing = new Departures.Registry<>();

    public OfProcess(MeterRegistry meters) {
      this.metrics = new ChatMetrics(meters);
    }

    /** How many sessions have their first member here, so that those of all nodes add up. */
    public int sessions() {
      return metrics.sessions();
    }
  }

  /**
   * Puts the parts together on the current loop.
   *
   * @param usual the limits of a socket that is in no session
   */
  public EdgeChat(
      EdgeContext context, UsualLimits usual, ChatSettings settings, OfProcess process) {
    this.shared = new Shared(context.vertx(), settings, usual, process.metrics);
    RedisLink redis = link(context.node(), settings);
    EdgeLease lease = context.lease();
    if (settings.redis().isPresent()) {
      lease = lease.in(redis);
      context.heartbeat().add(lease);
    }
    this.store = new ChatStore(redis, settings, lease);
    MessageStore messages = new MessageStore(context.vertx(), redis, settings);
    this.service = new ChatService(context, store, messages, process.departing);
    StoreRetry retry = new StoreRetry(context.vertx());
    ChatMessages sender =
        new ChatMessages(context, settings, messages, service.fanout(), retry, process.metrics);
    this.events = new ChatEvents(context, service, store, sender, retry);
    this.recovery = new ChatRecovery(context, service, retry);
    this.users = new UserInChats(redis, settings);
    lease.onDeadEdge(
        "chat",
        (edge, entry) ->
            service.dropOrphan(
                new Seat(entry.getString(0), entry.getString(1), entry.getString(2), edge)));
    lease.onLapse(this::lookAfterLapse);
    new ChatRoutes(context.node().access(), settings, store, context.clock())
        .mount(context.edge().router());
  }

  /** What the chat sends between edges, for the codec of all. */
  public static EdgeNote.Codec<?> notes() {
    return ChatFanout.Note.CODEC;
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

  /** Others may have taken our members for dead: those connect and join again. */
  private void lookAfterLapse() {
    service.fanout().all().forEach(service::verify);
  }

  /**
   * A client has connected.
   *
   * @param saved what it can be recovered by; where it was recovered it joins its sessions again
   */
  public SocketPart connected(
      SocketIoSocket socket, Identity identity, @Nullable SavedSocket saved) {
    ChatSocket mine = new ChatSocket(shared, events, service, socket, identity, saved);
    if (saved != null && saved.isRecovered()) {
      mine.recover(recovery, saved.chats());
    }
    return mine;
  }

  /** What the sessions hold of a user; fails while a store is away. */
  public Future<List<JsonObject>> export(String userId) {
    return users.export(userId);
  }

  /** Forgets a user in all sessions, but for sockets that are still there. */
  public Future<Void> erase(String userId) {
    return users.erase(userId);
  }

  /** Completes when Redis knows of every socket that has ended so far. */
  public Future<Void> settled() {
    return service.settled();
  }
}
