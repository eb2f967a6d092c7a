package dev.switchboard.push.tokens;

import dev.switchboard.shared.push.PushApps;
import dev.switchboard.shared.push.PushJobs;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One field of a user's reach hash ({@link PushJobs#reach}).
 *
 * @param device the device's id, or {@code #<token id>} for a token without a device
 */
public record ReachField(String userId, String type, String app, String device) {
  /** The field of a token or subscription. */
  public static ReachField of(
      String userId, String type, String app, @Nullable String deviceId, UUID tokenId) {
    return new ReachField(userId, type, app, deviceId == null ? "#" + tokenId : deviceId);
  }

  /** Reads what {@link #field} writes; empty for anything else. */
  static Optional<ReachField> parse(String userId, String field) {
    int bar = field.indexOf('|');
    if (bar < 0) {
      return Optional.empty();
    }
    int at = field.lastIndexOf('@', bar);
    String app = at < 0 ? PushApps.DEFAULT : field.substring(at + 1, bar);
    return Optional.of(
        new ReachField(
            userId, field.substring(0, at < 0 ? bar : at), app, field.substring(bar + 1)));
  }

  /** The hash it is in. */
  public String key() {
    return PushJobs.reach(userId);
  }

  /** Its name in the hash, which is also how a job names a device. */
  public String field() {
    return PushJobs.typeOf(type, app) + "|" + device;
  }
}
