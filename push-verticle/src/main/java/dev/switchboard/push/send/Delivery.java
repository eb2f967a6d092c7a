package dev.switchboard.push.send;

import dev.switchboard.push.tokens.DeviceToken;
import dev.switchboard.push.tokens.TokenStore;
import dev.switchboard.shared.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a job: dropped if its reason is over, else handed to the senders of its devices.
 * Belongs to the event loop of its link.
 */
public final class Delivery {
  private static final long ATTEMPT_MILLIS = 3_000;
  private static final String NO_PROVIDER = "none";
  private static final Logger log = LoggerFactory.getLogger(Delivery.class);

  /** Why a job is not sent, and the word for it in metrics. */
  private record Drop(String status, String reason) {}

  private final Map<String, PushSender> senders;
  private final Targets targets;
  private final RedisLink link;
  private final PushMetrics metrics;
  private final InstantSource clock;
  private final boolean enabled;

  /**
   * Delivers to some senders.
   *
   * @param senders by type of device
   * @param enabled false drops every job
   */
  public Delivery(
      Vertx vertx,
      Map<String, PushSender> senders,
      TokenStore store,
      RedisLink link,
      PushMetrics metrics,
      InstantSource clock,
      boolean enabled) {
    this.senders = Map.copyOf(senders);
    this.targets = new Targets(vertx, store, link);
    this.link = link;
    this.metrics = metrics;
    this.clock = clock;
    this.enabled = enabled;
  }

  /** Completes when the job is done with; fails when it must be tried again. */
  Future<Void> deliver(PushJob job) {
    return reasonToDrop(job)
        .compose(
            drop -> {
              if (drop.isPresent()) {
                drop(job, drop.get());
                return Future.succeededFuture();
              }
              return targets.of(job).compose(devices -> send(job, devices));
            });
  }

  private Future<Optional<Drop>> reasonToDrop(PushJob job) {
    if (!enabled) {
      return Future.succeededFuture(Optional.of(new Drop("dropped", "push is off")));
    }
    if (job.deadline() <= clock.millis()) {
      return Future.succeededFuture(Optional.of(new Drop("expired", "past its deadline")));
    }
    return job.ringingCall()
        .map(this::reasonToDropRing)
        .orElseGet(() -> Future.succeededFuture(Optional.empty()));
  }

  private Future<Optional<Drop>> reasonToDropRing(String callId) {
    return link.send(Request.cmd(Command.HGET).arg("call:" + callId).arg("state"))
        .map(
            state ->
                state != null && state.toString().equals("ringing")
                    ? Optional.empty()
                    : Optional.of(new Drop("dropped", "its call no longer rings")));
  }

  private void drop(PushJob job, Drop drop) {
    metrics.count(NO_PROVIDER, job.cause(), drop.status());
    log.debug(
        "Push {} notification={} user={} is not sent: {}",
        job.cause(),
        job.id(),
        job.userId(),
        drop.reason());
  }

  private Future<Void> send(PushJob job, List<DeviceToken> devices) {
    if (devices.isEmpty()) {
      drop(job, new Drop("dropped", "no device"));
    }
    return Future.join(devices.stream().map(device -> send(job, device)).toList()).mapEmpty();
  }

  private Future<Void> send(PushJob job, DeviceToken device) {
    PushSender sender = senders.get(device.typeName());
    if (sender == null) {
      drop(job, new Drop("dropped", "no_provider"));
      return Future.succeededFuture();
    }
    return sender
        .send(job.push(clock.millis()), device)
        .timeout(ATTEMPT_MILLIS, TimeUnit.MILLISECONDS)
        .map(
            outcome -> {
              metrics.answered(clock.millis() - job.createdAt());
              metrics.count(sender.provider(), job.cause(), tell(job, device, outcome));
              return null;
            });
  }

  private static String tell(PushJob job, DeviceToken device, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Accepted _ -> "sent";
      case Outcome.Rejected rejected -> {
        log.warn("Push {} to {} is refused: {}", job.id(), device, rejected.reason());
        yield "failed";
      }
      case Outcome.Gone gone -> {
        log.info("Push {}: {} has been gone since {}", job.id(), device, gone.since());
        yield "failed";
      }
      case Outcome.Unavailable away -> throw new IllegalStateException(away.reason());
    };
  }
}
