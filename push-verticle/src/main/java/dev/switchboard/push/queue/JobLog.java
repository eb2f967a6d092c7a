package dev.switchboard.push.queue;

import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.receipts.Receipt;
import dev.switchboard.push.send.Batches;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.redis.stream.StreamEntry;
import dev.switchboard.shared.timeline.Step;
import dev.switchboard.shared.timeline.TimelineKeys;
import dev.switchboard.shared.timeline.TimelineStamp;
import dev.switchboard.shared.webhooks.WebhookEvent;
import dev.switchboard.shared.webhooks.WebhookEvents;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What Redis keeps of jobs and their devices: asked before a job is sent, written after. Belongs to
 * the event loop of its link. Futures fail as those of {@link RedisLink}.
 */
final class JobLog {
  private static final Script BEGIN = Script.load(JobLog.class, "push_begin");
  private static final Script SETTLE =
      Script.load(JobLog.class, "push_settle", "webhook_prelude", TimelineKeys.PRELUDE);
  private static final Script PAGE = Script.load(JobLog.class, "push_page");
  private static final Duration CALLS_KEPT = Duration.ofDays(1);

  /** How long the record of what an operator sent is kept. */
  static final Duration CUSTOM_KEPT = Duration.ofDays(7);

  /** Pages that the status of a broadcast does not show are only there so that none goes twice. */
  static final int SHOWN_PAGES = 10;

  private static final Duration UNSHOWN_KEPT = Duration.ofHours(2);

  /** Of both scripts: a ring's waits for what others of the loop have under way. */
  private static final int AT_ONCE = 2;

  private static final int MOST_JOBS = 64;

  /** Devices whose results go with those of other jobs; a page goes alone. */
  private static final int FEW = 8;

  /**
   * What is known before a job is sent.
   *
   * @param over why it is not sent any more; empty if it is
   * @param registrationsWaiting true while tokens may still be on their way to Postgres
   * @param results status by device
   * @param receipts the secret that the receipts of its devices are made with; empty for none
   */
  record Start(
      String over, boolean registrationsWaiting, Map<String, String> results, String receipts) {
    /** True for a device with which this notification is done. */
    boolean isDone(String deviceKey) {
      String status = results.get(deviceKey);
      return status != null && !status.equals("queued") && !status.equals("dead");
    }
  }

  /**
   * A device's result and what follows from it.
   *
   * @param retry what is to be done at {@code retryAt}: the same again, or another way to the
   *     device
   * @param dead the device, if all its retries are used up
   * @param steps what a timeline says of it
   * @param failed whose failure it is that is to be remembered; null for none
   */
  record Settled(
      DeviceResult result,
      long retryAt,
      @Nullable PushJob retry,
      @Nullable PushDevice dead,
      List<Step> steps,
      @Nullable PushDevice failed) {
    Settled(DeviceResult result, long retryAt, @Nullable PushJob retry, @Nullable PushDevice dead) {
      this(result, retryAt, retry, dead, List.of(), null);
    }

    static Settled as(DeviceResult result) {
      return new Settled(result, 0, null, null);
    }

    /** The same with what is to be said of it. */
    Settled saying(List<Step> what, @Nullable PushDevice whose) {
      return new Settled(result, retryAt, retry, dead, what, whose);
    }
  }

  /** The end of a turn of a job, as the script takes it. */
  private record Turn(Lane lane, StreamEntry entry, PushJob job, String keptResults, String plan) {}

  private final RedisLink link;
  private final WebhookEvents webhooks;
  private final TimelineStamp stamp;
  private final InstantSource clock;
  private final Batches<PushJob, Start> begins;
  private final Batches<Turn, Boolean> turns;

  JobLog(
      Vertx vertx,
      RedisLink link,
      WebhookEvents webhooks,
      TimelineStamp stamp,
      InstantSource clock) {
    this.link = link;
    this.webhooks = webhooks;
    this.stamp = stamp;
    this.clock = clock;
    this.begins = new Batches<>(vertx, AT_ONCE, MOST_JOBS, this::begin);
    this.turns = new Batches<>(vertx, AT_ONCE, MOST_JOBS, this::settle);
  }

  /** Asks what has to be known before a job is sent. */
  Future<Start> begin(PushJob job) {
    return begins.ask(job);
  }

  private Future<List<Start>> begin(List<PushJob> jobs) {
    List<String> keys = new ArrayList<>();
    List<String> arguments = new ArrayList<>();
    keys.add(PushJobs.REGISTRATIONS);
    arguments.add(Long.toString(CALLS_KEPT.toSeconds()));
    for (PushJob job : jobs) {
      keys.add(job.resultsKey());
      keys.add(QueueKeys.notification(job.id()));
      arguments.add(job.ringingCall());
      arguments.add(job.unless());
      arguments.add(RingSteps.timeline(job));
      arguments.add(RingSteps.userId(job));
      arguments.add(job.cause().isTraced() ? Receipt.newSecret() : "");
    }
    return link.run(BEGIN, keys, arguments).map(JobLog::starts);
  }

  private static List<Start> starts(@Nullable Response answer) {
    Response all = Objects.requireNonNull(answer);
    boolean registrationsWaiting = all.get(0).toLong() > 0;
    List<Start> starts = new ArrayList<>();
    for (int i = 1; i < all.size(); i++) {
      starts.add(start(all.get(i), registrationsWaiting));
    }
    return starts;
  }

  private static Start start(Response answer, boolean registrationsWaiting) {
    Response flat = answer.get(1);
    Map<String, String> results = HashMap.newHashMap(flat.size() / 2);
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      String field = flat.get(i).toString();
      if (field.startsWith("d|")) {
        String status = new JsonObject(flat.get(i + 1).toString()).getString("status");
        results.put(field.substring(2), status);
      }
    }
    return new Start(
        answer.get(0).toString(), registrationsWaiting, results, answer.get(2).toString());
  }

  /**
   * Ends a turn of a job: results, retries, dead letters, and the entry off its stream.
   *
   * @param steps what a timeline says of the job, besides what it says of each result
   * @return false if another node has done so: this one took too long
   */
  Future<Boolean> settle(
      Lane lane,
      StreamEntry entry,
      PushJob job,
      List<Settled> results,
      String reason,
      List<Step> steps) {
    JsonObject head =
        new JsonObject()
            .put("cause", job.cause().wireName())
            .put("createdAt", Long.toString(job.createdAt()));
    if (!reason.isEmpty()) {
      head.put("reason", reason);
    }
    JsonArray plan = new JsonArray();
    results.forEach(result -> plan.add(plan(job, result)));
    Turn turn =
        new Turn(
            lane,
            entry,
            job,
            Long.toString(job.page() > SHOWN_PAGES ? UNSHOWN_KEPT.toSeconds() : keptSeconds(job)),
            new JsonObject()
                .put("head", head)
                .put("results", plan)
                .put("steps", fields(steps))
                .encode());
    return results.size() > FEW ? settle(List.of(turn)).map(List::getFirst) : turns.ask(turn);
  }

  private Future<List<Boolean>> settle(List<Turn> together) {
    List<String> keys = new ArrayList<>();
    List<String> arguments = new ArrayList<>();
    Collections.addAll(keys, QueueKeys.RETRIES, QueueKeys.RETRY_JOBS, QueueKeys.DEAD);
    Collections.addAll(arguments, QueueKeys.GROUP, stamp.node(), stamp.lifeMillis());
    for (Turn turn : together) {
      PushJob job = turn.job;
      keys.add(turn.lane.stream());
      keys.add(QueueKeys.notification(job.id()));
      keys.add(job.resultsKey());
      arguments.add(turn.entry.id());
      arguments.add(Long.toString(keptSeconds(job)));
      arguments.add(turn.keptResults);
      arguments.add(RingSteps.timeline(job));
      arguments.add(turn.plan);
    }
    return link.run(SETTLE, keys, arguments)
        .map(
            answer -> {
              List<Boolean> ours = new ArrayList<>();
              Objects.requireNonNull(answer).forEach(each -> ours.add(each.toInteger() == 1));
              return ours;
            });
  }

  private static JsonArray fields(List<Step> steps) {
    JsonArray fields = new JsonArray();
    steps.forEach(step -> step.fields().forEach(fields::add));
    return fields;
  }

  private static JsonObject failure(PushDevice device, DeviceResult result) {
    return new JsonObject()
        .put("key", TimelineKeys.failures(String.valueOf(device.userId())))
        .put("field", device.reachField())
        .put("reason", String.valueOf(result.reason()));
  }

  private static long keptSeconds(PushJob job) {
    return switch (job.cause()) {
      case CUSTOM -> CUSTOM_KEPT.toSeconds();
      case INCOMING_CALL, CALL_CANCELLED, MISSED_CALL, CALL_ENDED, TEST_RING, PRESENCE ->
          CALLS_KEPT.toSeconds();
    };
  }

  private JsonObject plan(PushJob job, Settled settled) {
    DeviceResult result = settled.result();
    JsonObject plan =
        new JsonObject()
            .put("key", result.deviceKey())
            .put("status", result.status().wireName())
            .put("value", result.encode());
    if (!settled.steps().isEmpty()) {
      plan.put("steps", fields(settled.steps()));
    }
    PushDevice failed = settled.failed();
    if (failed != null) {
      plan.put("failure", failure(failed, result));
    }
    PushJob retry = settled.retry();
    if (retry != null) {
      plan.put("retryAt", settled.retryAt())
          .put(
              "retry",
              new JsonObject()
                  .put("stream", Lane.of(job.cause()).stream())
                  .put("fields", retry.fields()));
    }
    PushDevice dead = settled.dead();
    if (dead != null) {
      JsonArray fields = job.again(result.deviceKey(), result.attempts()).fields();
      fields.add("device").add(result.deviceKey());
      fields.add("reason").add(result.reason() == null ? "" : result.reason());
      plan.put("dead", new JsonObject().put("fields", fields));
      if (webhooks.wants(WebhookEvent.PUSH_DEAD)) {
        plan.put("told", DeadPush.told(job, dead, result, clock.millis()));
      }
    }
    return plan;
  }

  /** Puts pages and cursor in the place of the entry that the cursor was in. */
  Future<Void> page(Lane lane, StreamEntry entry, List<PushJob> jobs) {
    JsonArray all = new JsonArray();
    jobs.forEach(job -> all.add(job.fields()));
    return link.run(
            PAGE, List.of(lane.stream()), List.of(QueueKeys.GROUP, entry.id(), all.encode()))
        .mapEmpty();
  }
}
