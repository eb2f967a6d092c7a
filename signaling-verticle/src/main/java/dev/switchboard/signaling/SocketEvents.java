package dev.switchboard.signaling;

import dev.switchboard.shared.metrics.MetricNames;
import dev.switchboard.signaling.edge.EventRate;
import dev.switchboard.signaling.edge.SocketPart;
import dev.switchboard.signaling.socketio.Event;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/**
 * Hands the events of one socket to the part that they are for, or refuses them for their rate.
 * Belongs to the loop of its edge.
 */
final class SocketEvents {
  private final SocketIoSocket socket;
  private final EventRate rate;
  private final MeterRegistry meters;
  private final List<SocketPart> parts;

  /** The first of the parts answers for events that are nobody's. */
  SocketEvents(
      SocketIoSocket socket, EventRate rate, MeterRegistry meters, List<SocketPart> parts) {
    this.socket = socket;
    this.rate = rate;
    this.meters = meters;
    this.parts = parts;
  }

  void attach() {
    socket.onEvent(this::on);
    socket.onDisconnect(reason -> parts.forEach(SocketPart::ended));
  }

  private void on(Event event) {
    SocketPart part = partOf(event.name());
    long retryAfter = rate.take(System.nanoTime());
    if (retryAfter == 0) {
      part.on(event);
      return;
    }
    meters.counter(MetricNames.RATE_LIMITED, "limit", "events").increment();
    if (rate.isFlooding()) {
      socket.disconnect();
    } else {
      part.limited(event, retryAfter);
    }
  }

  private SocketPart partOf(String event) {
    for (SocketPart part : parts) {
      if (part.takes(event)) {
        return part;
      }
    }
    return parts.getFirst();
  }
}
