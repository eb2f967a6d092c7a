package dev.switchboard.push.webhooks;

import dev.switchboard.shared.metrics.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What webhooks count. Gauges show what was last found, so that a scrape asks no store. */
final class WebhookMetrics {
  /** Why an attempt fails. */
  private static final List<String> WHYS =
      List.of("status", "refused", "timeout", "connection", "forbidden");

  private final MeterRegistry meters;
  private final Timer delivered;
  private final Counter dead;
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong age = new AtomicLong();
  private final AtomicLong deadWaiting = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();

  WebhookMetrics(MeterRegistry meters) {
    this.meters = meters;
    this.delivered =
        Timer.builder(MetricNames.WEBHOOK_DELIVERY)
            .description("From the event to the receiver's having it")
            .publishPercentileHistogram()
            .maximumExpectedValue(Duration.ofMinutes(1))
            .register(meters);
    this.dead = meters.counter(MetricNames.WEBHOOK_DEAD);
    gauge(MetricNames.WEBHOOK_WAITING, waiting, "Subjects whose events wait, of all nodes");
    gauge(MetricNames.WEBHOOK_DEAD_WAITING, deadWaiting, "Events that can be replayed");
    gauge(MetricNames.WEBHOOK_DROPPED, dropped, "Events that were not even filed");
    Gauge.builder(MetricNames.WEBHOOK_AGE, age, AtomicLong::get)
        .baseUnit("seconds")
        .description("How long the oldest event has been waiting")
        .register(meters);
    // There from the start, so that none is 0 and not a gap.
    WHYS.forEach(this::failures);
  }

  private void gauge(String name, AtomicLong value, String description) {
    Gauge.builder(name, value, AtomicLong::get).description(description).register(meters);
  }

  private Counter failures(String why) {
    return meters.counter(MetricNames.WEBHOOK_FAILURES, "why", why);
  }

  /** An event was taken, so long after it was filed. */
  void delivered(long millis) {
    delivered.record(Duration.ofMillis(Math.max(0, millis)));
  }

  /** An attempt has failed. */
  void failed(String why) {
    failures(why).increment();
  }

  /** An event is given up. */
  void dead() {
    dead.increment();
  }

  /** The queue was looked at. */
  void state(WebhookQueue.State state, long now) {
    waiting.set(state.waiting());
    deadWaiting.set(state.dead());
    dropped.set(state.dropped());
    age.set(state.oldest() == 0 ? 0 : Math.max(0, now - state.oldest()) / 1_000);
  }
}
