package dev.switchboard.push;

import dev.switchboard.push.send.Delivery;
import dev.switchboard.push.send.Jobs;
import dev.switchboard.push.send.PushMetrics;
import dev.switchboard.push.stream.Lease;
import dev.switchboard.push.stream.Repeating;
import dev.switchboard.push.stream.StreamGroup;
import dev.switchboard.push.tokens.ReachIndex;
import dev.switchboard.push.tokens.Registrations;
import dev.switchboard.push.tokens.TokenStore;
import dev.switchboard.push.webpush.WebPush;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.role.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** What runs once in a process: the consumers of both streams, the announcement, the looks. */
final class PushVerticle extends VerticleBase {
  private static final long SILENT_CONSUMER_MILLIS = 3_600_000;

  private final Node node;
  private final PushSettings settings;
  private final Providers providers;
  private final WebPush webPush;
  private final PushTimings timings;
  private final List<RedisLink> links = new ArrayList<>();
  private final List<Repeating> loops = new ArrayList<>();
  private final List<Supplier<Future<Void>>> farewells = new ArrayList<>();

  PushVerticle(
      Node node, PushSettings settings, Providers providers, WebPush webPush, PushTimings timings) {
    this.node = node;
    this.settings = settings;
    this.providers = providers;
    this.webPush = webPush;
    this.timings = timings;
  }

  @Override
  public Future<?> start() {
    RedisLink link = open();
    TokenStore store = new TokenStore(node.postgres());
    ReachIndex reach = new ReachIndex(vertx, link, store);
    PushMetrics metrics = new PushMetrics(node.meters());
    Set<String> reached = settings.enabled() ? providers.senders().keySet() : Set.of();
    Announcement announcement = new Announcement(link, reached);
    Repeating announcing = loop("Announcing push", timings.announce(), announcement::make);
    Repeating rebuilding = loop("The reach index", timings.look(), reach::rebuildIfLost);
    Runnable lost =
        () -> {
          announcing.soon();
          rebuilding.soon();
        };
    consumeJobs(link, store, metrics, lost);
    consumeRegistrations(link, reach, lost);
    loop("Web Push keys", timings.count(), webPush::refreshKeys);
    loop(
        "Counting devices",
        timings.count(),
        () -> store.countByType().onSuccess(metrics::subscriptions));
    // with Redis away it starts all the same, and works once Redis is back
    return Future.join(links.stream().map(RedisLink::ready).toList())
        .transform(ready -> Future.succeededFuture());
  }

  private void consumeJobs(RedisLink link, TokenStore store, PushMetrics metrics, Runnable lost) {
    StreamGroup queue = group(PushJobs.JOBS, link, lost);
    Delivery delivery =
        new Delivery(
            vertx, providers.senders(), store, link, metrics, node.clock(), settings.enabled());
    Jobs jobs = new Jobs(vertx, queue, delivery, timings.block(), timings.claimIdle());
    loop("The push queue", 0, jobs::read);
    loop("Taking over push jobs", timings.claimPause(), jobs::claim);
    loop(
        "Looking at the push queue",
        timings.look(),
        () ->
            queue
                .length()
                .onSuccess(metrics::depth)
                .compose(length -> queue.forgetSilent(SILENT_CONSUMER_MILLIS)));
    farewells.add(() -> jobs.finish().eventually(queue::leave));
  }

  private void consumeRegistrations(RedisLink link, ReachIndex reach, Runnable lost) {
    StreamGroup stream = group(PushJobs.REGISTRATIONS, link, lost);
    Lease lease = new Lease(link, PushKeys.REGISTRATIONS_LEASE, node.id(), timings.lease());
    Registrations registrations =
        new Registrations(vertx, stream, lease, node.postgres(), reach, timings.block());
    loop("Writing push registrations", 0, registrations::step);
    farewells.add(() -> stream.leave().eventually(lease::release));
  }

  private StreamGroup group(String stream, RedisLink link, Runnable lost) {
    return new StreamGroup(open(), link, stream, PushKeys.GROUP, node.id(), lost);
  }

  private RedisLink open() {
    RedisLink link = node.redis().open();
    links.add(link);
    return link;
  }

  private Repeating loop(String what, long pauseMillis, Supplier<Future<?>> step) {
    Repeating loop = Repeating.start(vertx, what, pauseMillis, step);
    loops.add(loop);
    return loop;
  }

  @Override
  public Future<?> stop() {
    return Future.join(loops.stream().map(Repeating::stop).toList())
        .eventually(() -> Future.join(farewells.stream().map(Supplier::get).toList()))
        .eventually(() -> Future.join(links.stream().map(RedisLink::close).toList()))
        .transform(closed -> Future.succeededFuture());
  }
}
