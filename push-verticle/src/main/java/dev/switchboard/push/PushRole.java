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
import dev.switchboard.push.tokens.UserDeviceRoutes;
import dev.switchboard.push.tokens.UserTokens;
import dev.switchboard.push.webpush.WebPush;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.role.Role;
import dev.switchboard.shared.role.RoleName;
import dev.switchboard.shared.users.Erasure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
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
  private final List<Keeper> keepers = new CopyOnWriteArrayList<>();
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
    return node.vertx()
        .deployVerticle(new PushVerticle(node, settings, providers, webPush, timings))
        .onSuccess(id -> deployment = id)
        .mapEmpty();
  }

  @Override
  public Future<Void> mount(Edge edge) {
    RedisLink link = node.redis().open();
    edgeLinks.add(link);
    TokenStore store = new TokenStore(node.postgres());
    ReachIndex reach = new ReachIndex(edge.vertx(), link, store);
    new TokenRoutes(node.access(), store, reach, limits, node.clock()).mount(edge.router());
    new UserDeviceRoutes(node.access(), store, reach, limits, node.clock())
        .mount(edge.router(), edge.vertx().eventBus());
    keepers.add(
        new Keeper(
            edge.vertx().getOrCreateContext(),
            new UserTokens(node.postgres(), link, store, reach),
            new DeadLetters(link, node.clock())));
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

  /** Who knows what is kept of users, and the loop that it belongs to. */
  private record Keeper(Context context, UserTokens tokens, DeadLetters dead) {
    <T> Future<T> run(Function<Keeper, Future<T>> step) {
      Promise<T> done = Promise.promise();
      context.runOnContext(now -> step.apply(this).onComplete(done));
      return done.future();
    }
  }

  @Override
  public Future<JsonObject> export(String userId) {
    return onSomeEdge(keeper -> keeper.tokens().export(userId));
  }

  @Override
  public Future<Void> erase(Erasure erasure) {
    return onSomeEdge(
        keeper ->
            keeper
                .tokens()
                .erase(erasure.userId())
                .compose(erased -> keeper.dead().erase(erasure.userId())));
  }

  private <T> Future<T> onSomeEdge(Function<Keeper, Future<T>> step) {
    return keepers.isEmpty()
        ? Future.failedFuture(new StoreUnavailableException("push", null))
        : keepers.getFirst().run(step);
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
