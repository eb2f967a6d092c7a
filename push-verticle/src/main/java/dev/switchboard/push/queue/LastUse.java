package dev.switchboard.push.queue;

import dev.switchboard.push.tokens.DeviceStore;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Notes deliveries in Postgres, many at once. What a failure loses is written with the next
 * delivery. Belongs to the event loop of its store.
 */
final class LastUse {
  private static final int MOST = 10_000;

  private final DeviceStore devices;
  private Set<UUID> used = new HashSet<>();
  private Instant last = Instant.EPOCH;

  LastUse(DeviceStore devices) {
    this.devices = devices;
  }

  void note(UUID device, Instant at) {
    if (used.size() < MOST) {
      used.add(device);
    }
    last = at.isAfter(last) ? at : last;
  }

  /** Writes what has been noted since the last time. */
  Future<Void> write() {
    if (used.isEmpty()) {
      return Future.succeededFuture();
    }
    Set<UUID> now = used;
    used = new HashSet<>();
    return devices.delivered(now, last);
  }
}
