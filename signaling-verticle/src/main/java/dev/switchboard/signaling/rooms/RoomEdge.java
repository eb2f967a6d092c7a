package dev.switchboard.signaling.rooms;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.http.AllowedOrigins;
import dev.switchboard.shared.metrics.MetricNames;
import dev.switchboard.shared.role.Node;
import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.EdgeNote;
import dev.switchboard.signaling.edge.EdgeSockets;
import dev.switchboard.signaling.socketio.engine.SessionIds;
import dev.switchboard.signaling.socketio.engine.TimingWheel;
import dev.switchboard.signaling.websocket.LoopFlusher;
import dev.switchboard.signaling.websocket.WebSocketChannel;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Room sockets on one edge, from their upgrade to their end. Created and used on its loop. */
public final class RoomEdge {
  private static final int ID_BYTES = 15;
  private static final long CLOSE_STEP_MILLIS = 20;

  private final Vertx vertx;
  private final EdgeSockets reachable;
  private final TimingWheel wheel;
  private final SignalingSettings settings;
  private final AtomicLong count;
  private final Counter limited;
  private final RoomService service;
  private final RoomEvents events;
  private final RoomUpgrades upgrades;
  private final Set<RoomSocket> sockets = new HashSet<>();
  private @Nullable MessageConsumer<JsonObject> deletions;
  private @Nullable Promise<Void> drained;

  /**
   * Puts the parts together on the current loop.
   *
   * @param count the room sockets of the process
   */
  public RoomEdge(
      EdgeContext context, TimingWheel wheel, SignalingSettings settings, AtomicLong count) {
    Node node = context.node();
    this.vertx = context.vertx();
    this.reachable = context.sockets();
    this.wheel = wheel;
    this.settings = settings;
    this.count = count;
    this.limited = node.meters().counter(MetricNames.RATE_LIMITED, "limit", "room_events");
    this.service = new RoomService(context);
    this.events = new RoomEvents(service);
    this.upgrades =
        new RoomUpgrades(
            AllowedOrigins.from(node.settings()),
            node.access(),
            node.tokens(),
            new LoopFlusher(((ContextInternal) vertx.getOrCreateContext()).nettyEventLoop()),
            this::accepted);
    context
        .lease()
        .onDeadEdge(
            "rooms", (edge, entry) -> service.bury(edge, entry.getString(0), entry.getString(1)));
    context.lease().onLapse(this::verifyAll);
    context.lease().onSwept(this::verifyAll);
  }

  /** What rooms send between edges, for the codec of all. */
  public static EdgeNote.Codec<?> notes() {
    return RoomPeers.Note.CODEC;
  }

  /** Takes every upgrade to a WebSocket that is not Socket.IO's. */
  public void handle(HttpServerRequest request) {
    upgrades.handle(request);
  }

  /** Subscribes to deleted rooms; completes when the bus knows. */
  public Future<Void> start() {
    MessageConsumer<JsonObject> consumer =
        vertx
            .eventBus()
            .<JsonObject>consumer(
                BusAddresses.ROOMS_DELETED,
                message -> service.deleted(message.body().getString("roomId")));
    deletions = consumer;
    return consumer.completion();
  }

  private void accepted(WebSocketChannel webSocket) {
    if (drained != null) {
      webSocket.close(RoomConnection.RESTART);
      return;
    }
    RoomConnection connection = new RoomConnection(webSocket, wheel, settings);
    RoomSocket socket =
        new RoomSocket(
            SessionIds.random(ID_BYTES), connection, settings, events, service.peers(), limited);
    sockets.add(socket);
    reachable.add(socket.id(), socket);
    count.incrementAndGet();
    connection.start(socket::on, () -> ended(socket));
    socket.send(RoomFrames.connected(socket.id()));
  }

  private void ended(RoomSocket socket) {
    count.decrementAndGet();
    reachable.remove(socket.id());
    socket
        .steps()
        .run(
            () -> {
              service.dropped(socket).onComplete(done -> forget(socket));
              return Future.succeededFuture();
            });
  }

  private void forget(RoomSocket socket) {
    sockets.remove(socket);
    if (drained != null && sockets.isEmpty()) {
      drained.tryComplete();
    }
  }

  private void verifyAll() {
    for (RoomSocket socket : sockets) {
      if (socket.seat() != null) {
        socket.steps().run(() -> service.verify(socket));
      }
    }
  }

  /** Closes every socket, spread over a time, and waits until Redis knows. */
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
    if (deletions != null) {
      deletions.unregister();
    }
  }
}
