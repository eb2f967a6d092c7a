package dev.switchboard.push;

import dev.switchboard.push.operators.Dispatch;
import dev.switchboard.push.operators.OperatorRoutes;
import dev.switchboard.push.queue.DeadLetters;
import dev.switchboard.push.queue.Notifications;
import dev.switchboard.push.queue.PushQueue;
import dev.switchboard.push.send.MockSender;
import dev.switchboard.push.send.PushSender;
import dev.switchboard.push.send.TopicMembers;
import dev.switchboard.push.tokens.DeviceCap;
import dev.switchboard.push.tokens.DeviceLimits;
import dev.switchboard.push.tokens.DeviceStore;
import dev.switchboard.push.tokens.ReachIndex;
import dev.switchboard.push.tokens.TokenRoutes;
import dev.switchboard.push.tokens.TokenStore;
import dev.switchboard.push.webpush.WebPush;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.role.Role;
import dev.switchboard.shared.role.RoleName;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The push role: device tokens over HTTP, and the queue of what wakes devices. */
public final class PushRole implements Role {
  private final Node node;
  private final PushSettings settings;
  private final DeviceLimits limits;
  private final PushTimings timings;
  private final Providers providers;
  private final WebPush webPush;
  private final List<RedisLink> edgeLinks = new CopyOnWriteArrayList<>();
  private volatile @Nullable PushVerticle verticle;
  private volatile @Nullable String deployment;

  /** Throws {@link dev.switchboard.shared.config.BadSettingException} for settings it can't use. */
  public PushRole(Node node) {
    this(node, PushTimings.DEFAULT, new MockSender());
  }

  PushRole(Node node, PushTimings timings, PushSender mock) {
    this.node = node;
    this.settings = PushSettings.from(node.settings());
    this.limits = DeviceLimits.from(node.settings());
    this.timings = timings;
    this.webPush = new WebPush(node);
    this.providers =
        Providers.of(
            settings, () -> webPush.sender(node.vertx()), node.vertx(), node.clock(), mock);
  }

  /** Loads the native code, which blocks the caller; else whoever first needs it does. */
  public static void load() {
    WebPush.load();
  }

  @Override
  public RoleName name() {
    return RoleName.PUSH;
  }

  @Override
  public Future<Void> start() {
    providers.announce();
    if (providers.isRunning(Provider.WEBPUSH)) {
      webPush.announce();
    }
    PushVerticle made = new PushVerticle(node, settings, providers, webPush, timings);
    return node.vertx()
        .deployVerticle(made)
        .onSuccess(
            id -> {
              verticle = made;
              deployment = id;
            })
        .mapEmpty();
  }

  @Override
  public Future<Void> mount(Edge edge) {
    RedisLink link = node.redis().open();
    edgeLinks.add(link);
    TokenStore store = new TokenStore(node.postgres());
    ReachIndex reach = new ReachIndex(edge.vertx(), link, store);
    new TokenRoutes(node.access(), store, reach, limits, node.clock()).mount(edge.router());
    webPush.mount(edge, reach, new DeviceCap(store, reach, limits));
    Dispatch dispatch =
        new Dispatch(
            new PushQueue(link, node.clock()), store, new DeviceStore(node.postgres(), reach));
    new OperatorRoutes(
            node.access(),
            dispatch,
            new Notifications(link),
            new DeadLetters(link, node.clock()),
            topics(),
            limits)
        .mount(edge.router());
    return link.ready().transform(ready -> Future.succeededFuture());
  }

  /** Who changes the members of FCM's topics; empty without FCM. */
  Optional<TopicMembers> topics() {
    return providers.topics();
  }

  @Override
  public JsonObject health() {
    JsonObject health = new JsonObject();
    for (Provider provider : List.of(Provider.FCM, Provider.APNS, Provider.WEBPUSH)) {
      health.put(
          provider.wireName(), providers.isRunning(provider) ? "initialized" : "not_initialized");
    }
    return providers.degraded() ? health.put("degraded", true) : health;
  }

  @Override
  public JsonObject features() {
    JsonObject features = new JsonObject();
    for (Provider provider : List.of(Provider.FCM, Provider.APNS, Provider.WEBPUSH)) {
      features.put(provider.wireName(), providers.isRunning(provider));
    }
    return features;
  }

  @Override
  public Future<JsonObject> overview() {
    JsonObject own = new JsonObject().put("providers", providers.report());
    PushVerticle running = verticle;
    return running == null
        ? Future.succeededFuture(own)
        : running.queue().map(queue -> own.put("queue", queue)).otherwise(own);
  }

  /** Without Postgres there is no token to push to and none can be stored: jobs wait in Redis. */
  @Override
  public boolean worksWithoutPostgres() {
    return false;
  }

  @Override
  public Future<Void> stop() {
    String deployed = deployment;
    Future<Void> stopped =
        deployed == null ? Future.succeededFuture() : node.vertx().undeploy(deployed);
    return stopped.eventually(
        () -> Future.join(edgeLinks.stream().map(RedisLink::close).toList()).mapEmpty());
  }
}
