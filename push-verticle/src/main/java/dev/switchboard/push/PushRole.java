package dev.switchboard.push;

import dev.switchboard.push.devices.ApnsEnvironment;
import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.operators.Dispatch;
import dev.switchboard.push.operators.OperatorRoutes;
import dev.switchboard.push.queue.DeadLetters;
import dev.switchboard.push.queue.Notifications;
import dev.switchboard.push.queue.PushQueue;
import dev.switchboard.push.receipts.ReceiptRoutes;
import dev.switchboard.push.receipts.Receipts;
import dev.switchboard.push.send.MockSender;
import dev.switchboard.push.send.PushSender;
import dev.switchboard.push.send.TopicMembers;
import dev.switchboard.push.tokens.DeviceCap;
import dev.switchboard.push.tokens.DeviceLimits;
import dev.switchboard.push.tokens.DeviceStore;
import dev.switchboard.push.tokens.DeviceToken;
import dev.switchboard.push.tokens.ReachIndex;
import dev.switchboard.push.tokens.TokenRoutes;
import dev.switchboard.push.tokens.TokenStore;
import dev.switchboard.push.tokens.UserDeviceRoutes;
import dev.switchboard.push.tokens.UserTokens;
import dev.switchboard.push.webhooks.Webhooks;
import dev.switchboard.push.webpush.WebPush;
import dev.switchboard.shared.push.PushApps;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.role.Role;
import dev.switchboard.shared.role.RoleName;
import dev.switchboard.shared.schedule.TimeLimit;
import dev.switchboard.shared.timeline.TimelineStamp;
import dev.switchboard.shared.users.Erasure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The push role: device tokens over HTTP, and the queue of what wakes devices. */
public final class PushRole implements Role {
  private static final List<Provider> REAL = List.of(Provider.FCM, Provider.APNS, Provider.WEBPUSH);
  private static final long CHECK_MILLIS = 1_500;
  private static final Logger log = LoggerFactory.getLogger(PushRole.class);

  private final Node node;
  private final PushSettings settings;
  private final DeviceLimits limits;
  private final TimelineStamp stamp;
  private final PushTimings timings;
  private final Providers providers;
  private final WebPush webPush;
  private final Webhooks webhooks;
  private final List<RedisLink> edgeLinks = new CopyOnWriteArrayList<>();
  private volatile @Nullable PushVerticle verticle;
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
    this.stamp = TimelineStamp.from(node.settings(), node.id());
    this.timings = timings;
    this.webPush = new WebPush(node, settings.apps());
    this.webhooks = new Webhooks(node);
    TokenStore tokens = new TokenStore(node.postgres());
    this.providers =
        Providers.of(
            settings,
            app -> webPush.sender(node.vertx(), app),
            webPush::has,
            node.vertx(),
            (device, environment) -> found(tokens, device, environment),
            node.clock(),
            mock);
  }

  /** What can't be kept is found out again. A person's token in a room has no place for it. */
  private static void found(TokenStore tokens, PushDevice device, ApnsEnvironment environment) {
    if (device instanceof DeviceToken token) {
      tokens
          .found(token, environment)
          .onSuccess(kept -> log.info("{} is of APNs' {}", token, environment.wireName()))
          .onFailure(
              failure ->
                  log.warn(
                      "{} is of APNs' {}, which can't be kept: {}",
                      token,
                      environment.wireName(),
                      failure.getMessage()));
    }
  }

  /** Loads native code, which blocks the caller. What is sent before costs more. */
  public static void load() {
    WebPush.load();
  }

  @Override
  public RoleName name() {
    return RoleName.PUSH;
  }

  @Override
  public Future<Void> start() {
    return checked().compose(usable -> deploy());
  }

  /** A strict start is refused for keys that can't be read; it waits for Postgres no longer. */
  private Future<Void> checked() {
    return settings.strict()
        ? TimeLimit.of(
                node.vertx(),
                CHECK_MILLIS,
                webPush.checkKeys(app -> providers.has(Provider.WEBPUSH, app)))
            .recover(
                failure ->
                    failure instanceof TimeoutException
                        ? Future.succeededFuture()
                        : Future.failedFuture(failure))
        : Future.succeededFuture();
  }

  private Future<Void> deploy() {
    providers.announce();
    if (providers.isRunning(Provider.WEBPUSH, PushApps.DEFAULT)) {
      webPush.announce();
    }
    PushVerticle made = new PushVerticle(node, settings, providers, webPush, webhooks, timings);
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
    new TokenRoutes(node.access(), store, reach, limits, settings.apps(), node.clock())
        .mount(edge.router());
    Receipts receipts = new Receipts(link, stamp);
    new ReceiptRoutes(node.access(), receipts).mount(edge.router());
    new UserDeviceRoutes(node.access(), store, reach, limits, settings.apps(), node.clock())
        .mount(edge.router(), edge.vertx().eventBus());
    keepers.add(
        new Keeper(
            edge.vertx().getOrCreateContext(),
            new UserTokens(node.postgres(), link, store, reach),
            new DeadLetters(link, node.clock())));
    webPush.mount(edge, reach, new DeviceCap(store, reach, limits));
    webhooks.mount(edge, link);
    Dispatch dispatch =
        new Dispatch(
            new PushQueue(link, node.clock()), store, new DeviceStore(node.postgres(), reach));
    new OperatorRoutes(
            node.access(),
            dispatch,
            new Notifications(link),
            new DeadLetters(link, node.clock()),
            this::topics,
            settings.apps(),
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

  /** Who changes the members of an app's topics in FCM; empty without FCM. */
  Optional<TopicMembers> topics(String app) {
    return providers.topics(app);
  }

  @Override
  public JsonObject health() {
    JsonObject health = health(PushApps.DEFAULT);
    putApps(health, this::health);
    return providers.degraded() ? health.put("degraded", true) : health;
  }

  private JsonObject health(String app) {
    JsonObject health = new JsonObject();
    for (Provider provider : REAL) {
      boolean running = providers.isRunning(provider, app);
      health.put(provider.wireName(), running ? "initialized" : "not_initialized");
    }
    return health;
  }

  @Override
  public JsonObject features() {
    JsonObject features = features(PushApps.DEFAULT);
    putApps(features, this::features);
    return features;
  }

  private JsonObject features(String app) {
    JsonObject features = new JsonObject();
    for (Provider provider : REAL) {
      features.put(provider.wireName(), providers.isRunning(provider, app));
    }
    return features;
  }

  /** Nothing where the default app is the only one. */
  private void putApps(JsonObject answer, Function<String, JsonObject> ofApp) {
    if (!settings.apps().added().isEmpty()) {
      JsonObject apps = new JsonObject();
      settings.apps().names().forEach(app -> apps.put(app, ofApp.apply(app)));
      answer.put("pushApps", apps);
    }
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
