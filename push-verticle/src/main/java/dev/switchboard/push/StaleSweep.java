package dev.switchboard.push;

import dev.switchboard.push.lease.Lease;
import dev.switchboard.push.send.PushMetrics;
import dev.switchboard.push.tokens.DeviceStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes devices that have not been in use for long; one node at a time. */
final class StaleSweep {
  private static final int BATCH = 1_000;
  private static final Logger log = LoggerFactory.getLogger(StaleSweep.class);

  private final Lease lease;
  private final DeviceStore devices;
  private final Duration stale;
  private final PushMetrics metrics;
  private final InstantSource clock;

  StaleSweep(
      Lease lease, DeviceStore devices, Duration stale, PushMetrics metrics, InstantSource clock) {
    this.lease = lease;
    this.devices = devices;
    this.stale = stale;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Sweeps until nothing is left, if no other node does. */
  Future<Void> step() {
    return lease
        .hold()
        .compose(hold -> hold == Lease.Hold.REFUSED ? Future.succeededFuture() : sweep());
  }

  private Future<Void> sweep() {
    return devices
        .sweep(clock.instant().minus(stale), BATCH)
        .compose(
            swept -> {
              if (!swept.isEmpty()) {
                swept.forEach(field -> metrics.removed(field.app()));
                log.info(
                    "{} devices not heard of for {} days are removed",
                    swept.size(),
                    stale.toDays());
              }
              return swept.size() == BATCH ? step() : Future.succeededFuture();
            });
  }
}
