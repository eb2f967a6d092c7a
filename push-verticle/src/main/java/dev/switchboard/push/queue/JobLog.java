package dev.switchboard.push.queue;

import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.receipts.Receipt;
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
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  private final RedisLink link;
  private final WebhookEvents webhooks;
  private final TimelineStamp stamp;
  private final InstantSource clock;

  JobLog(RedisLink link, WebhookEvents webhooks, TimelineStamp stamp, InstantSource clock) {
    this.link = link;
    this.webhooks = webhooks;
    this.stamp = stamp;
    this.clock = clock;
  }

  /** Asks what has to be known before a job is sent. */
  Future<Start> begin(PushJob job) {
    return link.run(
            BEGIN,
            List.of(job.resultsKey(), PushJobs.REGISTRATIONS, QueueKeys.notification(job.id())),
            List.of(
                job.ringingCall(),
                job.unless(),
                RingSteps.timeline(job),
                RingSteps.userId(job),
                job.cause().isTraced() ? Receipt.newSecret() : "",
                Long.toString(CALLS_KEPT.toSeconds())))
        .map(JobLog::start);
  }

  private static Start start(@Nullable Response answer) {
    if (answer == null) {
      return new Start("", false, Map.of(), "");
    }
    Map<String, String> results = new HashMap<>();
    Response flat = answer.get(2);
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      String field = flat.get(i).toString();
      if (field.startsWith("d|")) {
        String status = new JsonObject(flat.get(i + 1).toString()).getString("status");
        results.put(field.substring(2), status);
      }
    }
    return new Start(
        answer.get(0).toString(), answer.get(1).toLong() > 0, results, answer.get(3).toString());
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
    return link.run(
            SETTLE,
            List.of(
                lane.stream(),
                QueueKeys.notification(job.id()),
                job.resultsKey(),
                QueueKeys.RETRIES,
                QueueKeys.RETRY_JOBS,
                QueueKeys.DEAD),
            List.of(
                QueueKeys.GROUP,
                entry.id(),
                Long.toString(keptSeconds(job)),
                Long.toString(
                    job.page() > SHOWN_PAGES ? UNSHOWN_KEPT.toSeconds() : keptSeconds(job)),
                new JsonObject()
                    .put("head", head)
                    .put("results", plan)
                    .put("steps", fields(steps))
                    .encode(),
                RingSteps.timeline(job),
                stamp.node(),
                stamp.lifeMillis()))
        .map(answer -> answer != null && answer.toInteger() == 1);
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
