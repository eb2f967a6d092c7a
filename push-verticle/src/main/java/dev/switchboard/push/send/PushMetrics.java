package dev.switchboard.push.send;

import dev.switchboard.push.tokens.TokenStore;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the push role counts, by app where it is of one. Gauges show what was last found, so that a
 * scrape asks no store. Apps that are not configured share one label: there is no end of names.
 */
public final class PushMetrics {
  private static final String APP = "app";

  /** No app can have this name. */
  private static final String UNKNOWN = "(unknown)";

  private final MeterRegistry meters;
  private final Set<String> apps;
  private final Map<String, OfApp> byApp = new ConcurrentHashMap<>();
  private final AtomicLong depth = new AtomicLong();
  private final Map<TokenStore.Group, AtomicLong> subscriptions = new ConcurrentHashMap<>();
  private final AtomicLong deadLetters = new AtomicLong();

  /** The meters of one app. */
  private record OfApp(
      Timer duration,
      Timer ring,
      Counter retries,
      Counter dead,
      Counter removed,
      Counter quarantined) {}

  /**
   * @param apps those that are configured
   */
  public PushMetrics(MeterRegistry meters, List<String> apps) {
    this.meters = meters;
    apps.forEach(app -> byApp.put(app, ofApp(app)));
    this.apps = Set.copyOf(apps);
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
      for (String app : apps) {
        gauge(new TokenStore.Group(type.wireName(), app));
      }
    }
  }

  private OfApp ofApp(String app) {
    return new OfApp(
        timer(MetricNames.PUSH_DURATION, "From the queue to the provider's answer", app),
        timer(MetricNames.PUSH_RING, "From call_initiate to the provider's taking the ring", app),
        meters.counter(MetricNames.PUSH_RETRIES, APP, app),
        meters.counter(MetricNames.PUSH_DEAD, APP, app),
        meters.counter(MetricNames.PUSH_REMOVED, APP, app),
        meters.counter(MetricNames.PUSH_QUARANTINED, APP, app));
  }

  private Timer timer(String name, String description, String app) {
    return Timer.builder(name)
        .description(description)
        .tag(APP, app)
        .publishPercentileHistogram()
        .maximumExpectedValue(Duration.ofMinutes(1))
        .register(meters);
  }

  private String label(String app) {
    return apps.contains(app) ? app : UNKNOWN;
  }

  private OfApp of(String app) {
    return byApp.computeIfAbsent(label(app), this::ofApp);
  }

  /**
   * Pushes have come to an end: {@code sent}, {@code failed}, {@code expired}, {@code dropped} or
   * {@code dead}.
   */
  public void count(String provider, String app, Cause cause, String status, int pushes) {
    meters
        .counter(
            MetricNames.PUSH_SENT,
            "provider",
            provider,
            APP,
            label(app),
            "cause",
            cause.wireName(),
            "status",
            status)
        .increment(pushes);
  }

  /** A provider has answered, or failed to. */
  public void answered(String app, Push push, Outcome outcome, long nowMillis) {
    Duration since = Duration.ofMillis(Math.max(0, nowMillis - push.createdAt()));
    of(app).duration.record(since);
    if (push.cause() == Cause.INCOMING_CALL && outcome instanceof Outcome.Accepted) {
      of(app).ring.record(since);
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
  public void retry(String app) {
    of(app).retries.increment();
  }

  /** A push has used up its retries. */
  public void dead(String app) {
    of(app).dead.increment();
  }

  /** A device is removed: gone or stale. */
  public void removed(String app) {
    of(app).removed.increment();
  }

  /** A device is not sent to for a while. */
  public void quarantined(String app) {
    of(app).quarantined.increment();
  }

  /** How many dead letters there are. */
  public void deadLetters(long letters) {
    deadLetters.set(letters);
  }

  /** How much is in the queue. */
  public void depth(long jobs) {
    depth.set(jobs);
  }

  /** How many devices there are of each type and app; what is not named has none. */
  public void subscriptions(Map<TokenStore.Group, Long> found) {
    Map<TokenStore.Group, Long> labelled = new HashMap<>();
    found.forEach(
        (group, count) ->
            labelled.merge(
                new TokenStore.Group(group.type(), label(group.app())), count, Long::sum));
    subscriptions.keySet().stream()
        .filter(group -> !labelled.containsKey(group))
        .forEach(group -> gauge(group).set(0));
    labelled.forEach((group, count) -> gauge(group).set(count));
  }

  private AtomicLong gauge(TokenStore.Group group) {
    return subscriptions.computeIfAbsent(
        group,
        added -> {
          AtomicLong value = new AtomicLong();
          Gauge.builder(MetricNames.PUSH_SUBSCRIPTIONS, value, AtomicLong::get)
              .tag("type", added.type())
              .tag(APP, added.app())
              .description("Devices that are registered")
              .register(meters);
          return value;
        });
  }
}
