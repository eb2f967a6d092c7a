package dev.switchboard.signaling.calls;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * A push that stands or falls with a save; the script chooses the devices.
 *
 * @param device what the mode refers to; empty if nothing
 * @param deadline milliseconds since the epoch
 */
record PushOrder(
    String id,
    String cause,
    String user,
    Mode mode,
    String device,
    JsonObject data,
    long deadline) {

  /** Which devices of the user it goes to, as the script names it. */
  enum Mode {
    /** Those without a socket. */
    ABSENT,
    /** The named one, if it has no socket. */
    DEVICE,
    /** Those that were rung by push, but for the named one. */
    RUNG,
    /** All. */
    ALL
  }

  static PushOrder of(
      String cause, String user, Mode mode, String device, JsonObject data, long deadline) {
    return new PushOrder(UUID.randomUUID().toString(), cause, user, mode, device, data, deadline);
  }

  void addTo(List<String> arguments) {
    arguments.add(id);
    arguments.add(cause);
    arguments.add(user);
    arguments.add(mode.name().toLowerCase(Locale.ROOT));
    arguments.add(device);
    arguments.add(data.encode());
    arguments.add(Long.toString(deadline));
  }
}
