package dev.switchboard.push.queue;

import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.send.Push;
import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.schedule.TimeLimit;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Keeps what takes a ring off a screen behind the ring, while that is under way to the same device:
 * a ring that came after its own end would stay there. A provider that is slow to answer has it by
 * then and is not waited for any longer. Belongs to one event loop.
 */
final class RingOrder {
  private final Vertx vertx;
  private final long patienceMillis;
  private final Map<Way, Future<?>> rings = new HashMap<>();

  private record Way(String deviceKey, String collapseKey) {}

  RingOrder(Vertx vertx, long patienceMillis) {
    this.vertx = vertx;
    this.patienceMillis = patienceMillis;
  }

  /**
   * Sends at once, or when the ring that it replaces is answered, given up or waited for enough.
   */
  <T> Future<T> send(Push push, PushDevice device, Supplier<Future<T>> send) {
    Way way = new Way(device.key(), push.collapseKey());
    if (push.cause() == Cause.INCOMING_CALL) {
      Future<T> ring = send.get();
      rings.put(way, ring);
      return ring.onComplete(ended -> rings.remove(way, ring));
    }
    Future<?> ring = rings.get(way);
    return ring == null
        ? send.get()
        : TimeLimit.of(vertx, patienceMillis, ring).transform(ended -> send.get());
  }
}
