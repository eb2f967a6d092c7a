package dev.switchboard.push.devices;

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
  public String toString() {
    return key() + " (" + cut() + ")";
  }
}
