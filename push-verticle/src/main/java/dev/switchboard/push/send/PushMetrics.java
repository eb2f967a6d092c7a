package dev.switchboard.push.send;

import dev.switchboard.shared.metrics.MetricNames;
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

  public PushMetrics(MeterRegistry meters) {
    this.meters = meters;
    this.duration =
        Timer.builder(MetricNames.PUSH_DURATION)
            .description("From the queue to the provider's answer")
            .publishPercentileHistogram()
            .maximumExpectedValue(Duration.ofMinutes(1))
            .register(meters);
    Gauge.builder(MetricNames.PUSH_QUEUE_DEPTH, depth, AtomicLong::get)
        .description("Jobs waiting or in hand, of all nodes")
        .register(meters);
  }

  /**
   * A push has come to an end: {@code sent}, {@code failed}, {@code expired} or {@code dropped}.
   */
  void count(String provider, String cause, String status) {
    meters
        .counter(MetricNames.PUSH_SENT, "provider", provider, "cause", cause, "status", status)
        .increment();
  }

  /** A provider has answered. */
  void answered(long millis) {
    duration.record(Duration.ofMillis(Math.max(0, millis)));
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
