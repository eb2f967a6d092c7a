package dev.switchboard.rooms;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Somebody has joined a room.
 *
 * @param ids what that client calls itself; perhaps nothing
 * @param at milliseconds since the epoch
 */
record PresenceRequest(String roomId, Kind kind, Set<String> ids, long at) {
  /** What follows from it. */
  enum Kind {
    /** They are alone there: the other one is pushed. */
    JOIN,
    /** The other one is pushed even if connected. */
    PING,
    /** Nobody is pushed; the room is in use. */
    USE
  }

  /** Reads an entry of {@code room:presence}; empty if it is none. */
  static Optional<PresenceRequest> read(String entry) {
    try {
      JsonObject json = new JsonObject(entry);
      JsonArray ids = json.getJsonArray("ids", new JsonArray());
      return Optional.of(
          new PresenceRequest(
              json.getString("roomId"),
              kind(json.getString("kind")),
              Set.copyOf(ids.stream().map(String::valueOf).toList()),
              json.getLong("at")));
    } catch (DecodeException | ClassCastException | NullPointerException e) {
      return Optional.empty();
    }
  }

  private static Kind kind(String name) {
    return switch (name) {
      case "ping" -> Kind.PING;
      case "use" -> Kind.USE;
      default -> Kind.JOIN;
    };
  }

  /**
   * Who is pushed, 1 or 2: the one who is not asking. Where it is unknown who asks, both. Nobody
   * without a token.
   */
  List<Integer> recipients(Room room) {
    boolean first = ids.contains(room.first().client());
    boolean second = !first && ids.contains(room.second().client());
    if (kind == Kind.USE) {
      return List.of();
    }
    return List.of(1, 2).stream()
        .filter(which -> room.person(which).token() != null)
        .filter(which -> which == 1 ? !first : !second)
        .toList();
  }
}
