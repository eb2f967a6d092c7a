package dev.switchboard.push.send;

import dev.switchboard.push.tokens.TokenType;
import dev.switchboard.shared.metrics.MetricNames;
import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.timeline.DropReason;
import dev.switchboard.shared.timeline.Step;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What the push role counts. Gauges show what was last found, so that a scrape asks no store. */
public final class PushMetrics {
  private final MeterRegistry meters;
  private final Timer duration;
  private final AtomicLong depth = new AtomicLong();
  private final Map<String, AtomicLong> subscriptions = new ConcurrentHashMap<>();
  private final AtomicLong deadLetters = new AtomicLong();
  private final Timer ring;
  private final Counter retries;
  private final Counter dead;
  private final Counter removed;
  private final Counter quarantined;

  public PushMetrics(MeterRegistry meters) {
    this.meters = meters;
    this.duration =
        Timer.builder(MetricNames.PUSH_DURATION)
            .description("From the queue to the provider's answer")
            .publishPercentileHistogram()
            .maximumExpectedValue(Duration.ofMinutes(1))
            .register(meters);
    this.ring =
        Timer.builder(MetricNames.PUSH_RING)
            .description("From call_initiate to the provider's taking the ring")
            .publishPercentileHistogram()
            .maximumExpectedValue(Duration.ofMinutes(1))
            .register(meters);
    this.retries = meters.counter(MetricNames.PUSH_RETRIES);
    this.dead = meters.counter(MetricNames.PUSH_DEAD);
    this.removed = meters.counter(MetricNames.PUSH_REMOVED);
    this.quarantined = meters.counter(MetricNames.PUSH_QUARANTINED);
    Gauge.builder(MetricNames.PUSH_DEAD_WAITING, deadLetters, AtomicLong::get)
        .description("Dead letters that can be replayed")
        .register(meters);
    Gauge.builder(MetricNames.PUSH_QUEUE_DEPTH, depth, AtomicLong::get)
        .description("Jobs waiting or in hand, of all nodes")
        .register(meters);
    rings("push_failed");
    for (DropReason reason : DropReason.values()) {
      rings(reason.wireName());
    }
    // There from the start, so that none is 0 and not a gap.
    for (TokenType type : TokenType.values()) {
      gauge(type.wireName());
    }
  }

  /**
   * Pushes have come to an end: {@code sent}, {@code failed}, {@code expired}, {@code dropped} or
   * {@code dead}.
   */
  public void count(String provider, Cause cause, String status, int pushes) {
    meters
        .counter(
            MetricNames.PUSH_SENT,
            "provider",
            provider,
            "cause",
            cause.wireName(),
            "status",
            status)
        .increment(pushes);
  }

  /** A provider has answered, or failed to. */
  public void answered(Push push, Outcome outcome, long nowMillis) {
    Duration since = Duration.ofMillis(Math.max(0, nowMillis - push.createdAt()));
    duration.record(since);
    if (push.cause() == Cause.INCOMING_CALL && outcome instanceof Outcome.Accepted) {
      ring.record(since);
    }
  }

  /** A ring's push did not go out, for the reason of a step; others than failures do not count. */
  public void ring(Cause cause, Step step) {
    if (cause == Cause.INCOMING_CALL) {
      switch (step.name()) {
        case PUSH_FAILED -> rings("push_failed").increment();
        case PUSH_DROPPED -> rings(String.valueOf(step.why())).increment();
        default -> {}
      }
    }
  }

  private Counter rings(String why) {
    return meters.counter(MetricNames.RING_OUTCOMES, "why", why);
  }

  /** Another attempt will be made. */
  public void retry() {
    retries.increment();
  }

  /** A push has used up its retries. */
  public void dead() {
    dead.increment();
  }

  /** Devices are removed: gone or stale. */
  public void removed(int devices) {
    removed.increment(devices);
  }

  /** A device is not sent to for a while. */
  public void quarantined() {
    quarantined.increment();
  }

  /** How many dead letters there are. */
  public void deadLetters(long letters) {
    deadLetters.set(letters);
  }

  /** How much is in the queue. */
  public void depth(long jobs) {
    depth.set(jobs);
  }

  /** How many devices there are of each type; a type that is not named has none. */
  public void subscriptions(Map<String, Long> byType) {
    subscriptions.keySet().stream()
        .filter(type -> !byType.containsKey(type))
        .forEach(type -> gauge(type).set(0));
    byType.forEach((type, count) -> gauge(type).set(count));
  }

  private AtomicLong gauge(String type) {
    return subscriptions.computeIfAbsent(
        type,
        added -> {
          AtomicLong value = new AtomicLong();
          Gauge.builder(MetricNames.PUSH_SUBSCRIPTIONS, value, AtomicLong::get)
              .tag("type", added)
              .description("Devices that are registered")
              .register(meters);
          return value;
        });
  }
}
