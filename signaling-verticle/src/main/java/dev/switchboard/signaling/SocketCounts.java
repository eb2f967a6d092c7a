package dev.switchboard.signaling;

import dev.switchboard.shared.metrics.MetricNames;
import dev.switchboard.signaling.socketio.engine.CloseCause;
import dev.switchboard.signaling.socketio.engine.EngineMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Open connections by transport, over all edges of the process. */
final class SocketCounts implements EngineMetrics {
  private final Map<String, AtomicLong> byTransport =
      Map.of("polling", new AtomicLong(), "websocket", new AtomicLong());

  SocketCounts(MeterRegistry meters) {
    byTransport.forEach(
        (transport, count) ->
            meters.gauge(MetricNames.SOCKETS, List.of(Tag.of("transport", transport)), count));
  }

  private void add(String transport, int change) {
    AtomicLong count = byTransport.get(transport);
    if (count != null) {
      count.addAndGet(change);
    }
  }

  @Override
  public void opened(String transport) {
    add(transport, 1);
  }

  @Override
  public void upgraded() {
    add("polling", -1);
    add("websocket", 1);
  }

  @Override
  public void closed(String transport, CloseCause cause) {
    add(transport, -1);
  }
}
