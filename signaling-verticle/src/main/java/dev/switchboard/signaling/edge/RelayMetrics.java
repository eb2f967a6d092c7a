package dev.switchboard.signaling.edge;

import dev.switchboard.shared.metrics.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What features count alike: frames that are relayed, and addresses that turned out to be stale.
 * One per process, used from any thread.
 */
public final class RelayMetrics {
  private final MeterRegistry meters;
  private final Counter repairs;
  private final Map<String, Counter> local = new ConcurrentHashMap<>();
  private final Map<String, Counter> remote = new ConcurrentHashMap<>();

  /** Registers them, from zero for these events. */
  public RelayMetrics(MeterRegistry meters, String... events) {
    this.meters = meters;
    this.repairs = meters.counter(MetricNames.EDGE_REPAIRS);
    for (String event : events) {
      relayed(event, true, 0);
      relayed(event, false, 0);
    }
  }

  /** A stale address was found. */
  public void repaired() {
    repairs.increment();
  }

  /** An event was relayed to so many clients, within this process or to another. */
  public void relayed(String event, boolean here, int clients) {
    (here ? local : remote).computeIfAbsent(event, name -> counter(name, here)).increment(clients);
  }

  private Counter counter(String event, boolean here) {
    return meters.counter(
        MetricNames.EVENTS_RELAYED, "event", event, "scope", here ? "local" : "remote");
  }
}
