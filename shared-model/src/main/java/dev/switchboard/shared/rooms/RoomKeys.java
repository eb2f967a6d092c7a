package dev.switchboard.shared.rooms;

/**
 * The Redis keys of two-person rooms; the scripts have them too.
 *
 * <ul>
 *   <li>{@link #members}: hash, one field a connected client (its id), the value is JSON {@code
 *       {edge, seat, ids, inPlaceOf?}}. {@code ids} are what the client calls itself ({@code
 *       deviceId}, {@code ephemeralId}; perhaps none), {@code seat} a number that grows with each
 *       join anywhere, {@code inPlaceOf} {@code {client, edge, seat}} of an earlier socket of the
 *       same person. A room that nobody is in has no hash
 *   <li>{@link #OCCUPIED}: sorted set of the rooms that somebody is in, by the newest seat
 *   <li>{@link #PRESENCE}: sorted set of the presence pushes that are due: JSON {@code {kind,
 *       roomId, client, ids, at}}, by when it is looked at next (milliseconds since the epoch).
 *       {@code kind} is {@code join}, {@code ping} or, where nobody is pushed, {@code use}
 *   <li>{@code room:used:<room>}: there while the last {@code use} is less than an hour ago
 * </ul>
 */
public final class RoomKeys {
  public static final String OCCUPIED = "room:occupied";
  public static final String PRESENCE = "room:presence";

  private static final String MEMBERS = "room:members:";
  private static final String PRESENT = "room:present:";
  private static final String FULL = "room:full:";
  private static final String TOLD = "room:told:";

  private RoomKeys() {}

  /** Who is connected to a room. */
  public static String members(String roomId) {
    return MEMBERS + roomId;
  }

  /** By what names they are there who are in a room: a hash with a field for each. */
  public static String present(String roomId) {
    return PRESENT + roomId;
  }

  /** There while two are in a room. */
  public static String full(String roomId) {
    return FULL + roomId;
  }

  /**
   * There while a person of a room has been pushed within the last minute.
   *
   * @param which 1 or 2, as in {@code client1} and {@code client2}
   */
  public static String told(String roomId, int which) {
    return TOLD + which + ":" + roomId;
  }
}
