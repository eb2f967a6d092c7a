package dev.switchboard.shared.rooms;

/**
 * How many persons a room takes. The scripts of rooms and the texts of the API have the number
 * written out; {@code RoomCapacityTest} holds them to this.
 */
public final class RoomCapacity {
  public static final int PERSONS = 2;

  private RoomCapacity() {}
}
