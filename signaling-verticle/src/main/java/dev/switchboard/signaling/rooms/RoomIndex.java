package dev.switchboard.signaling.rooms;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The sockets of one edge by their rooms, and the places that Redis may keep for sockets which are
 * not there (any more). Belongs to the loop of its edge.
 */
final class RoomIndex {
  /**
   * A place that may be taken in Redis, though the socket is not in that room; or was given up
   * there, though nobody was told.
   *
   * @param seat its number; 0 if that is not known
   * @param dropped whether the socket has dropped, or else has gone at its wish
   */
  record Doubt(RoomSocket socket, String roomId, long seat, boolean dropped) {}

  private final Map<String, Set<RoomSocket>> byRoom = new HashMap<>();
  private final Set<Doubt> doubts = new HashSet<>();

  /** The socket is in a room, or about to join it. */
  void enter(String roomId, RoomSocket socket) {
    byRoom.computeIfAbsent(roomId, room -> new HashSet<>(2)).add(socket);
  }

  void exit(String roomId, RoomSocket socket) {
    byRoom.computeIfPresent(
        roomId,
        (room, sockets) -> {
          sockets.remove(socket);
          return sockets.isEmpty() ? null : sockets;
        });
  }

  /** Those in a room, as of now. */
  List<RoomSocket> in(String roomId) {
    return List.copyOf(byRoom.getOrDefault(roomId, Set.of()));
  }

  void doubt(Doubt doubt) {
    doubts.add(doubt);
  }

  void settled(Doubt doubt) {
    doubts.remove(doubt);
  }

  List<Doubt> doubts() {
    return List.copyOf(doubts);
  }
}
