package dev.switchboard.push.queue;

import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.queue.DeviceResult.Status;
import dev.switchboard.push.queue.JobLog.Settled;
import dev.switchboard.push.send.CauseLook;
import dev.switchboard.push.send.Outcome;
import dev.switchboard.push.send.Push;
import dev.switchboard.push.send.PushContents;
import dev.switchboard.push.send.PushLines;
import dev.switchboard.push.send.PushMetrics;
import dev.switchboard.push.send.SenderLine;
import dev.switchboard.push.tokens.ReachField;
import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.push.PushApps;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.redis.stream.StreamEntry;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.timeline.Step;
import dev.switchboard.shared.trace.CallTraces;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One turn of a job: it begins, finds its devices, makes an attempt with each, and settles what
 * came of them. Belongs to the event loop of its log.
 */
final class Delivery {
  private static final long NO_TURN_PAUSE_MILLIS = 1_000;
  private static final Logger log = LoggerFactory.getLogger(Delivery.class);

  private final Map<String, SenderLine> lines;
  private final RecipientResolver resolver;
  private final JobLog jobs;
  private final TokenPruner pruner;
  private final PushMetrics metrics;
  private final InstantSource clock;
  private final CallTraces traces;
  private final boolean enabled;
  private final RingOrder order;

  /**
   * Makes one.
   *
   * @param lines by type of device and app ({@link PushJobs#typeOf})
   * @param order what takes a ring off a screen goes by it
   * @param enabled false drops every job
   */
  Delivery(
      Map<String, SenderLine> lines,
      RecipientResolver resolver,
      JobLog jobs,
      TokenPruner pruner,
      PushMetrics metrics,
      Node node,
      RingOrder order,
      boolean enabled) {
    this.lines = Map.copyOf(lines);
    this.resolver = resolver;
    this.jobs = jobs;
    this.pruner = pruner;
    this.metrics = metrics;
    this.clock = node.clock();
    this.traces = node.traces();
    this.order = order;
    this.enabled = enabled;
  }

  /** Completes when the turn is settled; fails when the job must be taken up again. */
  Future<Void> deliver(Lane lane, StreamEntry entry, PushJob job) {
    return jobs.begin(job)
        .compose(
            start -> {
              String unwanted = enabled ? start.over() : "push_off";
              CauseLook look = look(job);
              return unwanted.isEmpty()
                  ? resolver
                      .resolve(job, start)
                      .compose(devices -> send(lane, entry, job, start, devices, look))
                  : drop(lane, entry, job, start, unwanted);
            });
  }

  private CauseLook look(PushJob job) {
    return job.mayBeOver()
        ? CauseLook.by(() -> jobs.begin(job).map(JobLog.Start::over))
        : CauseLook.NEVER_OVER;
  }

  private Future<Void> drop(
      Lane lane, StreamEntry entry, PushJob job, JobLog.Start start, String reason) {
    return keys(job)
        .map(keys -> keys.stream().filter(key -> !start.isDone(key)).toList())
        .compose(left -> end(lane, entry, job, left, Status.DROPPED, reason));
  }

  /** Never fails: what nobody wants any more does not wait for Postgres. */
  private Future<List<String>> keys(PushJob job) {
    return switch (job.target()) {
      case Target.User _, Target.RoomPerson _ ->
          resolver
              .present(job)
              .map(devices -> devices.stream().map(PushDevice::key).toList())
              .otherwise(List.of());
      case Target.Devices _, Target.Topic _, Target.Everyone _ ->
          Future.succeededFuture(named(job));
    };
  }

  /** The devices of a job that need not be looked up. */
  private static List<String> named(PushJob job) {
    return switch (job.target()) {
      case Target.Devices devices -> devices.keys();
      case Target.Topic topic -> List.of(TopicDevice.keyOf(topic.name()));
      case Target.User _, Target.RoomPerson _, Target.Everyone _ -> List.of();
    };
  }

  /** Ends a job of which nothing is sent. */
  private Future<Void> end(
      Lane lane, StreamEntry entry, PushJob job, List<String> keys, Status status, String reason) {
    List<Settled> results =
        keys.stream()
            .map(key -> new DeviceResult(key, status, job.attempts(), null, reason))
            .map(Settled::as)
            .toList();
    List<Step> steps = RingSteps.unsent(job, keys, reason);
    return jobs.settle(lane, entry, job, results, reason, steps)
        .onSuccess(
            ours -> {
              if (ours) {
                metrics.count(
                    "none",
                    PushApps.DEFAULT,
                    job.cause(),
                    status.wireName(),
                    Math.max(1, keys.size()));
                steps.forEach(step -> metrics.ring(job.cause(), step));
                PushLines.about(unsent(job.cause()), job.id(), job.data())
                    .log("push {} is {}: {}", job.cause().wireName(), status.wireName(), reason);
              }
            })
        .mapEmpty();
  }

  /** A phone that stayed silent must be explained by the log of a day without trouble. */
  private static LoggingEventBuilder unsent(Cause cause) {
    return cause == Cause.INCOMING_CALL ? log.atInfo() : log.atDebug();
  }

  private Future<Void> send(
      Lane lane,
      StreamEntry entry,
      PushJob job,
      JobLog.Start start,
      List<PushDevice> devices,
      CauseLook look) {
    if (job.deadline() <= clock.millis()) {
      List<String> keys = devices.stream().map(PushDevice::key).toList();
      return end(lane, entry, job, keys, Status.EXPIRED, "deadline");
    }
    Push push =
        new Push(
            job.id(),
            job.cause(),
            PushContents.of(job.cause(), job.data(), clock.millis()),
            job.collapseKey(),
            job.createdAt(),
            job.deadline(),
            look);
    List<Future<Attempt>> attempts = new ArrayList<>();
    Set<String> missing = new HashSet<>(named(job));
    for (PushDevice device : devices) {
      missing.remove(device.key());
      if (!start.isDone(device.key())) {
        Push confirmable = RingSteps.withReceipt(push, device, start.receipts());
        attempts.add(traced(job, device, () -> attempt(confirmable, device)));
      }
    }
    missing.removeIf(start::isDone);
    if (devices.isEmpty() && missing.isEmpty()) {
      return end(lane, entry, job, List.of(), Status.DROPPED, "no_device");
    }
    return Future.all(attempts)
        .compose(
            made ->
                settle(lane, entry, job, attempts.stream().map(Future::result).toList(), missing));
  }

  /** One span for each device, where it is about a call. */
  private Future<Attempt> traced(PushJob job, PushDevice device, Supplier<Future<Attempt>> send) {
    return job.data().getValue("callId") instanceof String callId
        ? traces.span(callId, "push " + device.typeName(), send)
        : send.get();
  }

  /** Never fails. */
  private Future<Attempt> attempt(Push push, PushDevice device) {
    SenderLine line = lines.get(PushJobs.typeOf(device.typeName(), device.app()));
    if (line == null) {
      return Future.succeededFuture(Attempt.dropped(device, "no_provider"));
    }
    Instant now = clock.instant();
    Instant quarantined = device.quarantinedUntil();
    if (quarantined != null && quarantined.isAfter(now)) {
      return Future.succeededFuture(Attempt.dropped(device, "quarantined"));
    }
    return order
        .send(push, device, () -> line.send(push, device))
        .transform(
            answer -> {
              if (answer.cause() instanceof SenderLine.NoTurnException wait) {
                return Future.succeededFuture(Attempt.noTurn(device, wait.getMessage()));
              }
              if (answer.cause() instanceof CauseLook.OverException over) {
                return Future.succeededFuture(
                    Attempt.dropped(device, String.valueOf(over.getMessage())));
              }
              Outcome outcome =
                  answer.succeeded()
                      ? answer.result()
                      : new Outcome.Unavailable(Attempt.words(answer.cause()), null);
              metrics.answered(device.app(), push, outcome, clock.millis());
              return Future.succeededFuture(
                  Attempt.made(device, outcome, line.sender(), push, now));
            });
  }

  private Future<Void> settle(
      Lane lane, StreamEntry entry, PushJob job, List<Attempt> made, Set<String> missing) {
    List<Settled> results = new ArrayList<>(made.size());
    for (Attempt attempt : made) {
      Settled settled = settled(job, attempt);
      results.add(
          settled.saying(
              RingSteps.of(job, attempt, settled.result()), failed(attempt, settled.result())));
    }
    for (String key : missing) {
      results.add(Settled.as(DeviceResult.dropped(key, job.attempts(), "no_device")));
    }
    return jobs.settle(lane, entry, job, results, "", RingSteps.gone(job, missing))
        .compose(
            ours -> {
              // a provider has said so even if another node settled the job meanwhile
              pruner.prune(made, RingSteps.timeline(job));
              if (ours) {
                count(job, made, results);
              }
              return Future.succeededFuture();
            });
  }

  private void count(PushJob job, List<Attempt> made, List<Settled> results) {
    for (int i = 0; i < results.size(); i++) {
      Settled settled = results.get(i);
      String provider = i < made.size() ? made.get(i).provider() : "none";
      String app = i < made.size() ? made.get(i).device().app() : PushApps.DEFAULT;
      if (settled.result().status() != Status.QUEUED) {
        metrics.count(provider, app, job.cause(), settled.result().status().wireName(), 1);
        sayUnsent(job, settled.result());
      } else if (settled.result().attempts() > job.attempts()) {
        metrics.retry(app);
      }
      if (settled.dead() != null) {
        metrics.dead(app);
      }
      settled.steps().forEach(step -> metrics.ring(job.cause(), step));
    }
  }

  /** The device of an attempt that a user may ask about, if it failed. */
  private static @Nullable PushDevice failed(Attempt attempt, DeviceResult result) {
    PushDevice device = attempt.device();
    boolean known = device.userId() != null && !device.reachField().isEmpty();
    boolean tried = attempt.outcome() != null && result.status() != Status.SENT;
    return known && tried ? device : null;
  }

  private static void sayUnsent(PushJob job, DeviceResult result) {
    if (result.status() != Status.SENT) {
      PushLines.about(unsent(job.cause()), job.id(), job.data())
          .log(
              "push {} to {} is {}: {}",
              job.cause().wireName(),
              result.deviceKey(),
              result.status().wireName(),
              result.reason());
    }
  }

  private Settled settled(PushJob job, Attempt attempt) {
    String key = attempt.device().key();
    int attempts = job.attempts() + 1;
    return switch (attempt.outcome()) {
      case null ->
          attempt.isWaiting()
              ? again(
                  job, key, job.attempts(), clock.millis() + NO_TURN_PAUSE_MILLIS, attempt.reason())
              : Settled.as(DeviceResult.dropped(key, job.attempts(), attempt.reason()));
      case Outcome.Accepted accepted -> {
        PushLines.about(log.atDebug(), job.id(), job.data()).log("push to {} is sent", key);
        yield Settled.as(new DeviceResult(key, Status.SENT, attempts, accepted.providerId(), null));
      }
      case Outcome.Rejected rejected -> {
        if (job.cause() != Cause.INCOMING_CALL) { // a ring has its line in any case
          PushLines.about(log.atWarn(), job.id(), job.data())
              .log("push to {} is refused: {}", key, rejected.reason());
        }
        yield failed(job, attempt.device(), attempts, rejected.reason());
      }
      case Outcome.Gone gone -> failed(job, attempt.device(), attempts, gone.reason());
      case Outcome.Unavailable away -> unavailable(job, attempt.device(), attempts, away);
    };
  }

  /** A ring that the VoIP token of a device can't take goes to the device's alert token instead. */
  private Settled failed(PushJob job, PushDevice device, int attempts, String reason) {
    DeviceResult result = new DeviceResult(device.key(), Status.FAILED, attempts, null, reason);
    String user = device.userId();
    String deviceId = device.deviceId();
    if (device.typeName().equals("apns_voip") && user != null && deviceId != null) {
      ReachField alertToken = new ReachField(user, "apns", device.app(), deviceId);
      Target alert = new Target.User(user, Optional.of(Set.of(alertToken.field())));
      return new Settled(result, clock.millis(), job.with(alert, job.page(), 0), null);
    }
    return Settled.as(result);
  }

  private Settled unavailable(
      PushJob job, PushDevice device, int attempts, Outcome.Unavailable away) {
    String key = device.key();
    RetryPolicy.Next next =
        RetryPolicy.next(
            job.cause(),
            device.typeName(),
            attempts,
            away.retryAfter(),
            clock.millis(),
            job.deadline(),
            Math.random());
    return switch (next) {
      case RetryPolicy.Next.Again again -> again(job, key, attempts, again.at(), away.reason());
      case RetryPolicy.Next.TooLate() ->
          Settled.as(new DeviceResult(key, Status.EXPIRED, attempts, null, away.reason()));
      case RetryPolicy.Next.Exhausted() ->
          new Settled(
              new DeviceResult(key, Status.DEAD, attempts, null, away.reason()), 0, null, device);
    };
  }

  private static Settled again(PushJob job, String key, int attempts, long at, String reason) {
    return new Settled(
        new DeviceResult(key, Status.QUEUED, attempts, null, reason),
        at,
        job.again(key, attempts),
        null);
  }
}
