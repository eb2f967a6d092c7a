package dev.switchboard.push.devices;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a push goes to: a device token, a Web Push subscription, a person's token in a room, a
 * topic. A snapshot of its row: what is done to the row later compares with it.
 */
public interface PushDevice {
  /** Its id in its table; with {@link #type} it is unique. */
  String id();

  /** {@code fcm}, {@code apns}, {@code apns_voip}, {@code webpush} or {@code fcm_topic}. */
  String type();

  /** The token, endpoint or topic. A secret: never logged or answered. */
  String address();

  /** What may be shown of the address. */
  String cut();

  /** True where an FCM address is a Firebase installation id rather than a token. */
  default boolean isInstallationId() {
    return false;
  }

  /** Whose it is; null if it is nobody's. */
  @Nullable String userId();

  /** The app's name for the device, which its other tokens share; null if it gave none. */
  @Nullable String deviceId();

  /** Its field in the owner's reach hash; empty for what has none. */
  String reachField();

  /** When it was last registered. */
  Instant updatedAt();

  /** Until when nothing is sent to it; null if it is not quarantined. */
  @Nullable Instant quarantinedUntil();

  /** The key of its results. */
  default String key() {
    return type() + ":" + id();
  }
}
