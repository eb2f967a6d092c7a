package dev.switchboard.rooms;

import dev.switchboard.shared.redis.InDoubtWrites;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.role.Role;
import dev.switchboard.shared.role.RoleName;
import dev.switchboard.shared.users.Erasure;
import dev.switchboard.shared.webhooks.WebhookEvents;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The rooms role: join codes and rooms over HTTP, their end, and presence pushes. */
public final class RoomsRole implements Role {
  private static final long EXPIRE_EVERY_MILLIS = 20_000;

  private final Node node;
  private final RoomSettings settings;
  private final RoomStore store;
  private final DeletedRooms deleted;
  private final long expireEveryMillis;
  private final List<RedisLink> edgeLinks = new CopyOnWriteArrayList<>();
  private final List<String> deployments = new CopyOnWriteArrayList<>();

  /** Throws {@link dev.switchboard.shared.config.BadSettingException} for settings it can't use. */
  public RoomsRole(Node node) {
    this(node, EXPIRE_EVERY_MILLIS);
  }

  RoomsRole(Node node, long expireEveryMillis) {
    this.node = node;
    this.settings = RoomSettings.from(node.settings());
    this.store = new RoomStore(node.postgres(), WebhookEvents.from(node.settings()));
    this.deleted = new DeletedRooms(node.vertx());
    this.expireEveryMillis = expireEveryMillis;
  }

  @Override
  public RoleName name() {
    return RoleName.ROOMS;
  }

  @Override
  public Future<Void> start() {
    return deploy(new RoomExpiry(store, deleted, node.clock(), settings.idle(), expireEveryMillis))
        .compose(v -> deploy(new PresencePushes(node.redis(), store, node.clock())));
  }

  private Future<Void> deploy(Deployable verticle) {
    return node.vertx().deployVerticle(verticle).onSuccess(deployments::add).mapEmpty();
  }

  @Override
  public Future<Void> mount(Edge edge) {
    RedisLink link = node.redis().open();
    edgeLinks.add(link);
    RoomService service =
        new RoomService(
            store,
            new RoomMembers(link),
            deleted,
            new RoomIds(),
            new InDoubtWrites<>(edge.vertx()),
            node.clock());
    new RoomRoutes(node.access(), settings, service).mount(edge.router());
    // with Redis away only the operators' list has to wait for it
    return link.ready().transform(ready -> Future.succeededFuture());
  }

  /** Rooms name devices; one that is called as a user is called is that user's. */
  @Override
  public Future<JsonObject> export(String userId) {
    return store.export(userId);
  }

  @Override
  public Future<Void> erase(Erasure erasure) {
    List<String> names = new ArrayList<>(erasure.devices());
    names.add(erasure.userId());
    return store
        .purge(names, node.clock().instant())
        .onSuccess(purged -> deleted.publish(purged.roomIds()))
        .mapEmpty();
  }

  /** Rooms are in Postgres; only the operators' list asks who is in them. */
  @Override
  public boolean worksWithoutRedis() {
    return true;
  }

  /** Without Postgres there is no room to make or find. */
  @Override
  public boolean worksWithoutPostgres() {
    return false;
  }

  @Override
  public Future<Void> stop() {
    Future<Void> stopped =
        Future.join(deployments.stream().map(node.vertx()::undeploy).toList()).mapEmpty();
    return stopped.eventually(
        () -> Future.join(edgeLinks.stream().map(RedisLink::close).toList()).mapEmpty());
  }
}
