package dev.switchboard.signaling.rooms;

import dev.switchboard.shared.metrics.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The metrics of room sockets. One per process, used from any thread. */
public final class RoomMetrics {
  private final MeterRegistry meters;
  private final AtomicLong sockets = new AtomicLong();
  private final Counter repairs;
  private final Counter limited;
  private final Map<String, Counter> local = new ConcurrentHashMap<>();
  private final Map<String, Counter> remote = new ConcurrentHashMap<>();

  /** Registers them. */
  public RoomMetrics(MeterRegistry meters) {
    this.meters = meters;
    meters.gauge(MetricNames.SOCKETS, List.of(Tag.of("transport", "room")), sockets);
    this.repairs = meters.counter(MetricNames.EDGE_REPAIRS);
    this.limited = meters.counter(MetricNames.RATE_LIMITED, "limit", "room_events");
  }

  void opened() {
    sockets.incrementAndGet();
  }

  void closed() {
    sockets.decrementAndGet();
  }

  void limited() {
    limited.increment();
  }

  void repaired() {
    repairs.increment();
  }

  /** A message has been passed on, within this node or to another. */
  void relayed(String type, boolean here) {
    (here ? local : remote).computeIfAbsent(type, t -> counter(t, here)).increment();
  }

  private Counter counter(String type, boolean here) {
    return meters.counter(
        MetricNames.EVENTS_RELAYED, "event", type, "scope", here ? "local" : "remote");
  }
}
