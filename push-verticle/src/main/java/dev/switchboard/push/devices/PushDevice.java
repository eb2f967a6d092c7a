package dev.switchboard.push.devices;

import dev.switchboard.shared.push.PushApps;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a push goes to: a device token, a Web Push subscription, a person's token in a room, a
 * topic. A snapshot of its row: what is done to the row later compares with it. What is not a
 * user's device keeps to the defaults.
 */
public interface PushDevice {
  /** Identifies it, and names its result: {@code <type>:<id>}. */
  String key();

  /** {@code fcm}, {@code apns}, {@code apns_voip}, {@code webpush} or {@code fcm_topic}. */
  String typeName();

  /** The token, endpoint or topic. A secret: never logged or answered. */
  String address();

  /** What may be shown of the address. */
  String cut();

  /** True where an FCM address is a Firebase installation id rather than a token. */
  default boolean isInstallationId() {
    return false;
  }

  /** Whose it is; null or empty if it is nobody's. */
  default @Nullable String userId() {
    return null;
  }

  /** The app's name for the device, which its other tokens share; null if it gave none. */
  default @Nullable String deviceId() {
    return null;
  }

  /** The app that it belongs to, by whose keys it is sent to. */
  default String app() {
    return PushApps.DEFAULT;
  }

  /** The environment of an APNs token; null where it is not known. */
  default @Nullable ApnsEnvironment environment() {
    return null;
  }

  /** Its field in the owner's reach hash; empty for what has none. */
  default String reachField() {
    return "";
  }

  /** Until when nothing is sent to it; null if it is not quarantined. */
  default @Nullable Instant quarantinedUntil() {
    return null;
  }
}
