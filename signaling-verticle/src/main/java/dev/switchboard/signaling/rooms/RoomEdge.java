package dev.switchboard.signaling.rooms;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.http.AllowedOrigins;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.Node;
import dev.switchboard.signaling.edge.EdgeLease;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.edge.EdgeSockets;
import dev.switchboard.signaling.edge.Leftovers;
import dev.switchboard.signaling.socketio.engine.TimingWheel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Room sockets on one edge, from their upgrade to their end. Created and used on its loop. */
public final class RoomEdge {
  private static final int ID_BYTES = 15;
  private static final long SECOND_MILLIS = 1_000;
  private static final long CLOSE_STEP_MILLIS = 20;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Vertx vertx;
  private final RedisLink redis;
  private final EdgeSockets reachable;
  private final TimingWheel wheel;
  private final RoomSocketSettings settings;
  private final RoomMetrics metrics;
  private final RoomIndex index = new RoomIndex();
  private final RoomService service;
  private final RoomEvents events;
  private final RoomUpgrades upgrades;
  private final Set<RoomSocket> sockets = new HashSet<>();
  private Future<Void> settling = Future.succeededFuture();
  private @Nullable MessageConsumer<JsonObject> deletions;
  private @Nullable Promise<Void> drained;
  private long timer;

  /** What an edge lends to its room sockets. */
  public record Shared(
      RedisLink redis,
      EdgeRouter router,
      EdgeSockets reachable,
      EdgeLease lease,
      TimingWheel wheel) {}

  /** Puts the parts together on the current loop. */
  public RoomEdge(
      Edge edge, Node node, Shared shared, RoomSocketSettings settings, RoomMetrics metrics) {
    this.vertx = edge.vertx();
    this.redis = shared.redis();
    this.reachable = shared.reachable();
    this.wheel = shared.wheel();
    this.settings = settings;
    this.metrics = metrics;
    RoomStore store = new RoomStore(redis, edge.id(), node.clock());
    this.service = new RoomService(store, index, shared.router(), edge.id(), metrics, node.clock());
    this.events = new RoomEvents(service);
    this.upgrades =
        new RoomUpgrades(
            AllowedOrigins.from(node.settings()), node.access(), node.tokens(), this::accepted);
    shared.lease().add(new DeadEdges());
    shared.lease().onLapse(this::verifyAll);
  }

  /** Takes every upgrade to a WebSocket that is not Socket.IO's. */
  public void handle(HttpServerRequest request) {
    upgrades.handle(request);
  }

  /** Starts to hear of deleted rooms; completes when the bus knows. */
  public Future<Void> start() {
    timer = vertx.setPeriodic(SECOND_MILLIS, now -> settleDoubts());
    MessageConsumer<JsonObject> consumer =
        vertx
            .eventBus()
            .<JsonObject>consumer(
                BusAddresses.ROOMS_DELETED, told -> deleted(told.body().getString("roomId")));
    deletions = consumer;
    return consumer.completion();
  }

  private void accepted(ServerWebSocket webSocket) {
    if (drained != null) {
      webSocket.close(RoomConnection.RESTART);
      return;
    }
    RoomConnection connection = new RoomConnection(webSocket, wheel, settings);
    RoomSocket socket = new RoomSocket(newId(), connection, settings, events, metrics);
    sockets.add(socket);
    reachable.add(socket.id(), socket);
    metrics.opened();
    connection.start(socket::on, () -> ended(socket));
    socket.send(RoomFrames.connected(socket.id()));
  }

  private static String newId() {
    byte[] id = new byte[ID_BYTES];
    RANDOM.nextBytes(id);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
  }

  private void ended(RoomSocket socket) {
    metrics.closed();
    reachable.removeOther(socket.id());
    socket.inOrder(() -> service.dropped(socket).onComplete(done -> forget(socket)));
  }

  private void forget(RoomSocket socket) {
    sockets.remove(socket);
    if (drained != null && sockets.isEmpty()) {
      drained.tryComplete();
    }
  }

  private void deleted(String roomId) {
    for (RoomSocket socket : index.in(roomId)) {
      socket.inOrder(() -> service.deleted(socket, roomId));
    }
  }

  private void settleDoubts() {
    if (!settling.isComplete() || !redis.isUp()) {
      return;
    }
    List<Future<Void>> all = index.doubts().stream().map(this::settle).toList();
    settling = Future.join(all).<Void>mapEmpty().otherwiseEmpty();
  }

  private Future<Void> settle(RoomIndex.Doubt doubt) {
    Promise<Void> done = Promise.promise();
    doubt
        .socket()
        .inOrder(
            () ->
                service
                    .settle(doubt)
                    .onSuccess(settled -> index.settled(doubt))
                    .otherwiseEmpty()
                    .onComplete(done));
    return done.future();
  }

  private void verifyAll() {
    for (RoomSocket socket : sockets) {
      if (socket.seat() != null) {
        socket.inOrder(() -> service.verify(socket));
      }
    }
  }

  /** Closes every socket, spread over a time, and waits until the others have been told. */
  public Future<Void> drain(Duration spread) {
    upgrades.drain();
    Promise<Void> done = Promise.promise();
    drained = done;
    List<RoomSocket> all = List.copyOf(sockets);
    long steps = Math.max(1, spread.toMillis() / CLOSE_STEP_MILLIS);
    int batch = (int) Math.max(1, (all.size() + steps - 1) / steps);
    closeNext(all.iterator(), batch);
    if (sockets.isEmpty()) {
      done.tryComplete();
    }
    return done.future().onComplete(ended -> stop());
  }

  private void closeNext(Iterator<RoomSocket> rest, int batch) {
    for (int i = 0; i < batch && rest.hasNext(); i++) {
      rest.next().close(RoomConnection.RESTART);
    }
    if (rest.hasNext()) {
      vertx.setTimer(CLOSE_STEP_MILLIS, next -> closeNext(rest, batch));
    }
  }

  private void stop() {
    vertx.cancelTimer(timer);
    if (deletions != null) {
      deletions.unregister();
    }
  }

  /** The rooms of clients whose edge died: whoever was opposite hears of it. */
  private final class DeadEdges implements Leftovers {
    @Override
    public String kind() {
      return "rooms";
    }

    @Override
    public Future<Void> settle(String edge, String entry) {
      JsonArray parts = new JsonArray(entry);
      return service.bury(edge, parts.getString(0), parts.getString(1));
    }
  }
}
