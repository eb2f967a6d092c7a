package dev.switchboard.push.queue;

import dev.switchboard.push.devices.RoomTokens;
import dev.switchboard.push.send.PushMetrics;
import dev.switchboard.push.send.SenderLine;
import dev.switchboard.push.tokens.DeviceStore;
import dev.switchboard.push.tokens.TokenStore;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.stream.StreamConsumer;
import dev.switchboard.shared.redis.stream.StreamEntry;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.schedule.PeriodicTask;
import dev.switchboard.shared.timeline.TimelineStamp;
import dev.switchboard.shared.webhooks.WebhookEvents;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The consumer of the queue in a process: a reader a lane, what moves retries, and what looks after
 * both. Belongs to the event loop that starts it.
 */
public final class QueueWorker {
  private static final long SILENT_CONSUMER_MILLIS = 3_600_000;
  private static final long LAST_USE_PAUSE_MILLIS = 500;
  private static final long FATES_PAUSE_MILLIS = 1_000;

  /** What takes a ring off a screen is not to be late by more. */
  private static final long RING_PATIENCE_MILLIS = 2_000;

  private final Vertx vertx;
  private final Node node;
  private final RedisLink link;
  private final PushMetrics metrics;
  private final QueueTimings timings;
  private final Set<SenderLine> lines;
  private final Delivery delivery;
  private final Broadcast broadcast;
  private final TokenPruner pruner;
  private final LastUse lastUse;
  private final TokenFates fates;
  private final List<PeriodicTask> loops = new ArrayList<>();
  private final List<PeriodicTask> keeping = new ArrayList<>();
  private final List<LaneReader> readers = new ArrayList<>();
  private final List<StreamConsumer> groups = new ArrayList<>();

  /**
   * Makes one that is not started.
   *
   * @param lines the senders by type of device; none with push switched off
   * @param enabled false drops every job
   */
  public QueueWorker(
      Vertx vertx,
      Node node,
      RedisLink link,
      DeviceStore devices,
      Map<String, SenderLine> lines,
      PushMetrics metrics,
      QueueTimings timings,
      boolean enabled) {
    this.vertx = vertx;
    this.node = node;
    this.link = link;
    this.metrics = metrics;
    this.timings = timings;
    this.lines = Set.copyOf(lines.values());
    JobLog jobs =
        new JobLog(
            vertx,
            link,
            WebhookEvents.from(node.settings()),
            TimelineStamp.from(node.settings(), node.id()),
            node.clock());
    RoomTokens rooms = new RoomTokens(node.postgres());
    TokenStore tokens = new TokenStore(node.postgres());
    RecipientResolver resolver = new RecipientResolver(vertx, tokens, devices, rooms, jobs);
    this.lastUse = new LastUse(devices);
    this.fates = new TokenFates(link, TimelineStamp.from(node.settings(), node.id()));
    this.pruner =
        new TokenPruner(vertx, link, devices, rooms, lastUse, fates, metrics, node.clock());
    RingOrder order = new RingOrder(vertx, RING_PATIENCE_MILLIS);
    this.delivery = new Delivery(lines, resolver, jobs, pruner, metrics, node, order, enabled);
    this.broadcast = new Broadcast(devices, jobs);
  }

  /**
   * Starts its loops.
   *
   * @param open opens a connection for blocking reads
   * @param lost run when Redis is new or has lost its data
   */
  public void start(Supplier<RedisLink> open, Runnable lost) {
    for (Lane lane : Lane.values()) {
      StreamConsumer group =
          new StreamConsumer(open.get(), link, lane.stream(), QueueKeys.GROUP, node.id(), lost);
      LaneReader reader =
          new LaneReader(
              vertx,
              lane,
              group,
              (entry, job) -> work(lane, entry, job),
              timings.block(),
              timings.claimIdle(),
              this::atATime);
      groups.add(group);
      readers.add(reader);
      loop("The push queue " + lane.stream(), 0, reader::read);
      loop("Taking over from " + lane.stream(), timings.claimPause(), reader::claim);
      keeping.add(
          PeriodicTask.start(
              vertx, "Keeping claims on " + lane.stream(), timings.keep(), reader::keep));
    }
    Retries retries = new Retries(link, node.clock());
    loop("Moving push retries", timings.retryPause(), retries::move);
    loop("Noting deliveries", LAST_USE_PAUSE_MILLIS, lastUse::write);
    loop("Noting what becomes of tokens", FATES_PAUSE_MILLIS, fates::write);
    loop("Looking at the push queue", timings.look(), () -> look(retries));
  }

  /** As many as the freest sender takes: one that hangs does not hold up the others. */
  private int atATime() {
    int most = 0;
    for (SenderLine line : lines) {
      most = Math.max(most, line.allowed());
    }
    return lines.isEmpty() ? Integer.MAX_VALUE : most;
  }

  private Future<Void> work(Lane lane, StreamEntry entry, PushJob job) {
    return job.target() instanceof Target.Everyone everyone
        ? broadcast.turn(lane, entry, job, everyone)
        : delivery.deliver(lane, entry, job);
  }

  private Future<Void> look(Retries retries) {
    pruner.expireNotes();
    List<Future<Long>> lengths = new ArrayList<>();
    groups.forEach(group -> lengths.add(group.length()));
    lengths.add(retries.count());
    return Future.all(lengths)
        .onSuccess(all -> metrics.depth(lengths.stream().mapToLong(Future::result).sum()))
        .compose(all -> deadLetters())
        .compose(
            told ->
                Future.join(
                    groups.stream()
                        .map(group -> group.forgetSilent(SILENT_CONSUMER_MILLIS))
                        .toList()))
        .mapEmpty();
  }

  private Future<Void> deadLetters() {
    return link.send(Request.cmd(Command.XLEN).arg(QueueKeys.DEAD))
        .onSuccess(count -> metrics.deadLetters(count == null ? 0 : count.toLong()))
        .mapEmpty();
  }

  private void loop(String what, long pauseMillis, Supplier<Future<?>> step) {
    loops.add(PeriodicTask.start(vertx, what, pauseMillis, step));
  }

  /** Takes nothing new, and completes when what is in hand is done. */
  public Future<Void> stop() {
    readers.forEach(LaneReader::close);
    return Future.join(loops.stream().map(PeriodicTask::stop).toList())
        .eventually(() -> Future.join(readers.stream().map(LaneReader::finish).toList()))
        .eventually(() -> Future.join(keeping.stream().map(PeriodicTask::stop).toList()))
        .eventually(lastUse::write)
        .eventually(() -> Future.join(groups.stream().map(StreamConsumer::leave).toList()))
        .transform(left -> Future.succeededFuture());
  }
}
