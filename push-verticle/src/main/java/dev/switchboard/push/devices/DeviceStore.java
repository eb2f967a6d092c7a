package dev.switchboard.push.devices;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A table of devices in Postgres, with the reach index behind it. Belongs to the event loop that
 * made it. Every future fails with {@link dev.switchboard.shared.redis.StoreUnavailableException}
 * while Postgres is away.
 */
public interface DeviceStore {
  /** The types of device that it holds, as {@link PushDevice#type} names them. */
  Set<String> types();

  /** All active devices of a user, quarantined ones included. */
  Future<List<PushDevice>> ofUser(String userId);

  /** Those of some ids that are still there; ids that can't be one of this table's are left out. */
  Future<List<PushDevice>> byIds(Collection<String> ids);

  /**
   * The next active devices of everybody, in the order of their ids.
   *
   * @param after the last id of the page before; empty begins
   */
  Future<List<PushDevice>> page(String after, int limit);

  /** How many active devices there are of each type. */
  Future<Map<String, Long>> countByType();

  /**
   * Removes a device that its provider calls gone, unless its address has changed since the
   * snapshot or it was registered anew after {@code since}.
   *
   * @return true if it went
   */
  Future<Boolean> remove(PushDevice device, Instant since);

  /**
   * Sends nothing to a device until then, under the same conditions as {@link #remove}.
   *
   * @return true if it is quarantined now
   */
  Future<Boolean> quarantine(PushDevice device, Instant since, Instant until);

  /** Notes a delivery to each of these, which also ends a quarantine. */
  Future<Void> delivered(Collection<PushDevice> devices, Instant at);

  /**
   * Removes devices that were neither registered nor delivered to since a time.
   *
   * @return how many, at most {@code atMost}
   */
  Future<Integer> sweep(Instant before, int atMost);
}
