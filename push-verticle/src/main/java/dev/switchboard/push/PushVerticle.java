package dev.switchboard.push;

import dev.switchboard.push.lease.Lease;
import dev.switchboard.push.queue.QueueLook;
import dev.switchboard.push.queue.QueueWorker;
import dev.switchboard.push.reach.DeviceReports;
import dev.switchboard.push.send.PushMetrics;
import dev.switchboard.push.tokens.DeviceCap;
import dev.switchboard.push.tokens.DeviceLimits;
import dev.switchboard.push.tokens.DeviceStore;
import dev.switchboard.push.tokens.ReachIndex;
import dev.switchboard.push.tokens.Registrations;
import dev.switchboard.push.tokens.TokenStore;
import dev.switchboard.push.webhooks.Webhooks;
import dev.switchboard.push.webpush.WebPush;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.stream.StreamConsumer;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.schedule.PeriodicTask;
import dev.switchboard.shared.webhooks.WebhookEvents;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What runs once in a process: the queue's worker, registrations, the announcement, the looks. */
final class PushVerticle extends VerticleBase {
  private final Node node;
  private final PushSettings settings;
  private final Providers providers;
  private final WebPush webPush;
  private final Webhooks webhooks;
  private final PushTimings timings;
  private final List<RedisLink> links = new ArrayList<>();
  private final List<PeriodicTask> loops = new ArrayList<>();
  private final List<Supplier<Future<Void>>> farewells = new ArrayList<>();

  PushVerticle(
      Node node,
      PushSettings settings,
      Providers providers,
      WebPush webPush,
      Webhooks webhooks,
      PushTimings timings) {
    this.node = node;
    this.settings = settings;
    this.providers = providers;
    this.webPush = webPush;
    this.webhooks = webhooks;
    this.timings = timings;
  }

  @Override
  public Future<?> start() {
    RedisLink link = open();
    TokenStore store = new TokenStore(node.postgres());
    ReachIndex reach = new ReachIndex(vertx, link, store);
    DeviceStore devices =
        new DeviceStore(node.postgres(), reach, WebhookEvents.from(node.settings()));
    PushMetrics metrics = new PushMetrics(node.meters(), settings.apps().names());
    Set<String> reached = settings.enabled() ? providers.reached() : Set.of();
    Announcement announcement = new Announcement(link, node.id(), reached, !settings.enabled());
    PeriodicTask announcing = loop("Announcing push", timings.announce(), announcement::make);
    farewells.add(announcement::takeBack);
    PeriodicTask rebuilding = loop("The reach index", timings.look(), reach::rebuildIfLost);
    Runnable lost =
        () -> {
          announcing.soon();
          rebuilding.soon();
        };
    consumeJobs(link, devices, metrics, lost);
    consumeRegistrations(link, store, reach, lost);
    webhooks.start(vertx, this::open);
    farewells.add(webhooks::stop);
    loop("Web Push keys", timings.count(), webPush::refreshKeys);
    loop(
        "Counting devices", timings.count(), () -> store.count().onSuccess(metrics::subscriptions));
    DeviceReports reports =
        new DeviceReports(
            vertx,
            link,
            node.postgres(),
            node.clock(),
            settings.enabled() ? providers.byName() : Map.of());
    farewells.add(reports::stop);
    Lease sweeping = new Lease(link, PushKeys.SWEEP_LEASE, node.id(), timings.sweep() / 2);
    StaleSweep sweep = new StaleSweep(sweeping, devices, settings.stale(), metrics, node.clock());
    loop("Sweeping stale devices", timings.sweep(), sweep::step);
    // with Redis away it starts all the same, and works once Redis is back
    return Future.join(links.stream().map(RedisLink::ready).toList())
        .transform(ready -> reports.start());
  }

  private void consumeJobs(
      RedisLink link, DeviceStore devices, PushMetrics metrics, Runnable lost) {
    QueueWorker worker =
        new QueueWorker(
            vertx,
            node,
            link,
            devices,
            settings.enabled() ? providers.lines(vertx, link) : Map.of(),
            metrics,
            timings.queue(),
            settings.enabled());
    worker.start(this::open, lost);
    farewells.add(worker::stop);
  }

  private void consumeRegistrations(
      RedisLink link, TokenStore store, ReachIndex reach, Runnable lost) {
    DeviceCap cap = new DeviceCap(store, reach, DeviceLimits.from(node.settings()));
    StreamConsumer stream =
        new StreamConsumer(open(), link, PushJobs.REGISTRATIONS, PushKeys.GROUP, node.id(), lost);
    Lease lease = new Lease(link, PushKeys.REGISTRATIONS_LEASE, node.id(), timings.lease());
    Registrations registrations =
        new Registrations(
            vertx, stream, lease, node.postgres(), reach, cap, timings.queue().block());
    loop("Writing push registrations", 0, registrations::step);
    farewells.add(() -> stream.leave().eventually(lease::release));
  }

  /** What is in the queue, as {@link QueueLook} shows it, with that of webhooks. Any thread. */
  Future<JsonObject> queue() {
    Promise<JsonObject> looked = Promise.promise();
    context.runOnContext(now -> look(links.getFirst()).onComplete(looked));
    return looked.future();
  }

  private Future<JsonObject> look(RedisLink link) {
    Future<JsonObject> pushes = new QueueLook(link, node.clock()).take();
    Future<@Nullable JsonObject> events = webhooks.look(link);
    return Future.all(pushes, events)
        .map(
            both ->
                events.result() == null
                    ? pushes.result()
                    : pushes.result().put("webhooks", events.result()));
  }

  private RedisLink open() {
    RedisLink link = node.redis().open();
    links.add(link);
    return link;
  }

  private PeriodicTask loop(String what, long pauseMillis, Supplier<Future<?>> step) {
    PeriodicTask loop = PeriodicTask.start(vertx, what, pauseMillis, step);
    loops.add(loop);
    return loop;
  }

  @Override
  public Future<?> stop() {
    return Future.join(loops.stream().map(PeriodicTask::stop).toList())
        .eventually(() -> Future.join(farewells.stream().map(Supplier::get).toList()))
        .eventually(providers::close)
        .eventually(() -> Future.join(links.stream().map(RedisLink::close).toList()))
        .transform(closed -> Future.succeededFuture());
  }
}
