package dev.switchboard.push.devices;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The token of a person of a room.
 *
 * @param person {@code client1} or {@code client2}
 * @param typeName {@code apns} or {@code fcm}
 */
public record RoomToken(String roomId, String person, String typeName, String address)
    implements PushDevice {
  private static final int SHOWN = 16;

  @Override
  public String key() {
    return keyOf(roomId, person, typeName);
  }

  static String keyOf(String roomId, String person, String typeName) {
    return typeName + ":room:" + roomId + ":" + person;
  }

  @Override
  public String cut() {
    return address.substring(0, Math.min(SHOWN, address.length() / 2));
  }

  @Override
  public boolean isInstallationId() {
    return false;
  }

  @Override
  public @Nullable String userId() {
    return null;
  }

  @Override
  public @Nullable String deviceId() {
    return null;
  }

  @Override
  public String reachField() {
    return "";
  }

  @Override
  public @Nullable Instant quarantinedUntil() {
    return null;
  }

  @Override
  public String toString() {
    return key() + " (" + cut() + ")";
  }
}
