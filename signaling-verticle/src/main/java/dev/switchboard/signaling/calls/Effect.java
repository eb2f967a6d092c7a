package dev.switchboard.signaling.calls;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What follows from a decision once it is saved. Every effect may safely run twice. */
public sealed interface Effect {
  /**
   * An event for sockets of a user.
   *
   * @param onlyDevice null for every device
   * @param exceptDevice a device that is left out; null for none
   */
  record Tell(
      String userId,
      @Nullable String onlyDevice,
      @Nullable String exceptDevice,
      String event,
      JsonObject payload)
      implements Effect {}

  /** A push to the devices that were rung by push, but for one that has answered. */
  record PushCancelled(String userId, @Nullable String exceptDevice) implements Effect {}

  /** A push to every device of a user that missed the call. */
  record PushMissed(String userId) implements Effect {}

  /** A silent push to a device that shows the call and has no socket. */
  record PushEnded(String userId, String deviceId) implements Effect {}
}
