package dev.switchboard.signaling;

import dev.switchboard.shared.config.AppEnv;
import dev.switchboard.shared.config.SecretsKey;
import dev.switchboard.shared.http.AllowedOrigins;
import dev.switchboard.shared.http.DevOnly;
import dev.switchboard.shared.metrics.MetricNames;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.role.Role;
import dev.switchboard.shared.role.RoleName;
import dev.switchboard.shared.timeline.TimelineStamp;
import dev.switchboard.shared.users.Erasure;
import dev.switchboard.signaling.calls.CallMetrics;
import dev.switchboard.signaling.calls.EdgeCalls;
import dev.switchboard.signaling.chat.ChatSettings;
import dev.switchboard.signaling.chat.EdgeChat;
import dev.switchboard.signaling.edge.EdgeBatchCodec;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.edge.RelayMetrics;
import dev.switchboard.signaling.history.CallRecords;
import dev.switchboard.signaling.history.CallRoutes;
import dev.switchboard.signaling.polls.PollForwarder;
import dev.switchboard.signaling.polls.PollOwner;
import dev.switchboard.signaling.recovery.Recoveries;
import dev.switchboard.signaling.rooms.RoomEdge;
import dev.switchboard.signaling.socketio.SocketIoOptions;
import dev.switchboard.signaling.socketio.SocketIoServer;
import dev.switchboard.signaling.socketio.engine.EdgeName;
import dev.switchboard.signaling.socketio.engine.EngineGroup;
import dev.switchboard.signaling.socketio.engine.EngineOptions;
import dev.switchboard.signaling.socketio.engine.SidKey;
import dev.switchboard.signaling.timeline.ReachRoutes;
import dev.switchboard.signaling.timeline.TimelineRoutes;
import dev.switchboard.signaling.timeline.TimelineStore;
import io.micrometer.core.instrument.Tag;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signaling in one process: an edge per event loop, and one writer of call records. */
public final class SignalingRole implements Role {
  private static final Logger log = LoggerFactory.getLogger(SignalingRole.class);

  private final Node node;
  private final SignalingSettings settings;
  private final TimelineStamp stamp;
  private final SignalingEdge.Shared shared;
  private final AtomicLong roomSockets = new AtomicLong();
  private final SocketIoOptions socketIo;
  private final SocketCounts counts;
  private final Map<SignalingEdge, Context> edges = new ConcurrentHashMap<>();
  private final Map<RoomEdge, Context> roomEdges = new ConcurrentHashMap<>();
  private final List<CallRecords> records = new ArrayList<>();

  /** Reads the settings; throws {@link dev.switchboard.shared.config.BadSettingException}. */
  public SignalingRole(Node node) {
    this.node = node;
    this.settings = SignalingSettings.from(node.settings());
    this.stamp = TimelineStamp.from(node.settings(), node.id());
    EdgeBatchCodec codec = codec();
    RelayMetrics relays =
        new RelayMetrics(node.meters(), "sdp_offer", "sdp_answer", "ice_candidate");
    this.shared =
        new SignalingEdge.Shared(
            settings,
            ChatSettings.from(node.settings()),
            codec,
            new EdgeRouter(node.vertx(), node.meters(), codec),
            new CallMetrics(node.meters()),
            relays,
            new EdgeChat.OfProcess(node.meters()));
    node.meters().gauge(MetricNames.SOCKETS, List.of(Tag.of("transport", "room")), roomSockets);
    this.counts = new SocketCounts(node.meters());
    this.socketIo = SocketIoOptions.of(engine());
    node.meters().gauge(MetricNames.REGISTERED_USERS, this, SignalingRole::registered);
  }

  /** How edges of all nodes talk to each other. */
  public static EdgeBatchCodec codec() {
    return new EdgeBatchCodec(
        List.of(EdgeCalls.notes(), EdgeChat.notes(), RoomEdge.notes(), Recoveries.notes()));
  }

  private EngineOptions engine() {
    AllowedOrigins origins = AllowedOrigins.from(node.settings());
    return EngineOptions.builder()
        .path("/socket.io/")
        .pingIntervalMillis(settings.pingInterval().toMillis())
        .pingTimeoutMillis(settings.pingTimeout().toMillis())
        .maxPayloadBytes(SignalingEdge.MAX_MESSAGE_BYTES)
        .slowConsumerBytes(settings.slowConsumerBytes())
        .allowedOrigins(origins::allowsRequest)
        .sidKey(
            SecretsKey.from(node.settings())
                .map(key -> SidKey.of(key.derive("socket.io session ids")))
                .orElseGet(SidKey::random))
        .group(new EngineGroup())
        .foreignSessions(new PollForwarder(node.vertx().eventBus()))
        .build();
  }

  @Override
  public RoleName name() {
    return RoleName.SIGNALING;
  }

  @Override
  public Future<Void> start() {
    if (settings.trustGuests()) {
      log.warn("CALL_AUTH is trust: whoever reaches this server may register as anybody");
    }
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> mount(Edge edge) {
    SocketIoServer server =
        new SocketIoServer(
            edge.vertx(), socketIo, new EdgeName(node.id(), edge.id().index()), counts);
    SignalingEdge signaling = new SignalingEdge(edge, node, shared, server);
    edges.put(signaling, edge.vertx().getOrCreateContext());
    edge.direct().add("/socket.io/", server::handle);
    RoomEdge rooms =
        new RoomEdge(signaling.context(), server.engine().wheel(), settings, roomSockets);
    roomEdges.put(rooms, edge.vertx().getOrCreateContext());
    edge.direct().addUpgrades(rooms::handle);
    new CallRoutes(node.postgres(), node.access()).mount(edge.router());
    TimelineStore timelines = new TimelineStore(signaling.context().redis(), stamp);
    new TimelineRoutes(node.access(), timelines).mount(edge.router());
    new ReachRoutes(node.access(), signaling.context(), stamp, timelines).mount(edge.router());
    if (node.settings().environment() != AppEnv.PRODUCTION) {
      DevUsersRoute users = new DevUsersRoute(signaling.context().redis());
      edge.router()
          .get("/dev/users")
          .handler(new DevOnly(node.settings().environment()))
          .handler(users::list);
    }
    if (edge.id().index() == 0) {
      RedisLink link = node.redis().open();
      CallRecords writer =
          new CallRecords(edge.vertx(), link, node.postgres(), node.id(), shared.calls());
      records.add(writer);
      writer.start();
    }
    PollOwner polls = new PollOwner(edge.vertx(), edge.id(), server.engine());
    return signaling.start().compose(started -> polls.start()).compose(started -> rooms.start());
  }

  @Override
  public Future<JsonObject> export(String userId) {
    return onSomeEdge(edge -> edge.export(userId));
  }

  @Override
  public Future<Void> erase(Erasure erasure) {
    return onSomeEdge(edge -> edge.erase(erasure));
  }

  private <T> Future<T> onSomeEdge(Function<SignalingEdge, Future<T>> step) {
    for (Map.Entry<SignalingEdge, Context> edge : edges.entrySet()) {
      Promise<T> done = Promise.promise();
      edge.getValue().runOnContext(now -> step.apply(edge.getKey()).onComplete(done));
      return done.future();
    }
    return Future.failedFuture(new StoreUnavailableException("signaling", null));
  }

  private int registered() {
    return edges.keySet().stream().mapToInt(SignalingEdge::registered).sum();
  }

  @Override
  public JsonObject health() {
    return new JsonObject()
        .put("sessions", registered())
        .put("activeSessions", shared.calls().live())
        .put("chatSessions", shared.chat().sessions());
  }

  @Override
  public JsonObject features() {
    return new JsonObject().put("socketio", true);
  }

  @Override
  public Future<Void> drain(long graceMillis) {
    List<Future<Void>> drained = new ArrayList<>();
    Duration spread = Duration.ofMillis(graceMillis / 2);
    edges.forEach((edge, context) -> drained.add(on(context, () -> edge.drain(spread))));
    roomEdges.forEach((edge, context) -> drained.add(on(context, () -> edge.drain(spread))));
    // Last, since sockets of both kinds are under it.
    return Future.join(drained)
        .transform(
            done -> {
              List<Future<Void>> left = new ArrayList<>();
              edges.forEach(
                  (edge, context) -> left.add(on(context, () -> edge.context().lease().giveUp())));
              return Future.join(left).<Void>mapEmpty().otherwiseEmpty();
            });
  }

  private static Future<Void> on(Context context, Supplier<Future<Void>> step) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(now -> step.get().onComplete(done));
    return done.future();
  }

  @Override
  public Future<Void> stop() {
    records.forEach(CallRecords::stop);
    return Future.succeededFuture();
  }
}
