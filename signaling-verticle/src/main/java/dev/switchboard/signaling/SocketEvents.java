package dev.switchboard.signaling;

import dev.switchboard.shared.metrics.MetricNames;
import dev.switchboard.signaling.edge.EventRate;
import dev.switchboard.signaling.edge.SocketPart;
import dev.switchboard.signaling.socketio.DisconnectReason;
import dev.switchboard.signaling.socketio.Event;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Hands the events of one socket to the part that they are for, or refuses them for their rate.
 * Belongs to the loop of its edge.
 */
final class SocketEvents {
  private final SocketIoSocket socket;
  private final EventRate rate;
  private final MeterRegistry meters;
  private final List<SocketPart> parts;
  private final BiConsumer<SocketIoSocket, DisconnectReason> onEnd;

  /**
   * The first of the parts answers for events that are nobody's.
   *
   * @param onEnd is called when the socket has ended, after the parts
   */
  SocketEvents(
      SocketIoSocket socket,
      EventRate rate,
      MeterRegistry meters,
      List<SocketPart> parts,
      BiConsumer<SocketIoSocket, DisconnectReason> onEnd) {
    this.socket = socket;
    this.rate = rate;
    this.meters = meters;
    this.parts = parts;
    this.onEnd = onEnd;
  }

  void attach() {
    socket.onEvent(this::on);
    socket.onDisconnect(
        reason -> {
          parts.forEach(part -> part.ended(reason));
          onEnd.accept(socket, reason);
        });
  }

  private void on(Event event) {
    SocketPart part = partOf(event.name());
    if (rate.pass(retryAfter -> part.limited(event, retryAfter), socket::disconnect)) {
      part.on(event);
    } else {
      meters.counter(MetricNames.RATE_LIMITED, "limit", "events").increment();
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
