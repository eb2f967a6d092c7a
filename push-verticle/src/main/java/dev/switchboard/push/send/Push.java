package dev.switchboard.push.send;

import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.shared.push.Cause;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A notification as the senders get it, the same for all of its devices.
 *
 * @param id the notification's
 * @param collapseKey what a later push with the same key replaces; free text of any length
 * @param createdAt milliseconds since the epoch
 * @param deadline milliseconds since the epoch: when it expires
 * @param look asked before it goes out after a wait
 */
public record Push(
    String id,
    Cause cause,
    PushContent content,
    String collapseKey,
    long createdAt,
    long deadline,
    CauseLook look) {

  /** The identity of this push to a device: the same on every attempt, by whatever node. */
  public UUID identity(PushDevice device) {
    return UUID.nameUUIDFromBytes((id + '\n' + device.key()).getBytes(StandardCharsets.UTF_8));
  }

  /** How long a provider may keep it for a device that is away, in seconds; at least 1. */
  public long ttlSeconds(long nowMillis) {
    return Math.max(1, (deadline - nowMillis) / 1_000);
  }

  /** The same saying something else. */
  public Push with(PushContent other) {
    return new Push(id, cause, other, collapseKey, createdAt, deadline, look);
  }
}
