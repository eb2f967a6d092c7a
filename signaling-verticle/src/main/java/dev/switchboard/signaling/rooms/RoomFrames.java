package dev.switchboard.signaling.rooms;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What the server sends on a room socket: one JSON text a message. */
final class RoomFrames {
  static final String NOT_IN_ROOM = "Not in a room";
  static final String NO_ROOM_TO_SIGNAL = "Not in a valid room for WebRTC signaling";
  static final String ALONE = "Room must have exactly 2 users for WebRTC";
  static final String ROOM_ID_MISSING = "roomId is required for join_room";
  static final String ROOM_ID_INVALID = "Invalid roomId";
  static final String NOT_JSON = "Invalid JSON format";
  static final String UNAVAILABLE = "Service unavailable, try again";
  static final String TOO_MANY = "Too many messages";

  private static final String READY = "Both users connected. Ready for WebRTC handshake.";
  private static final String FULL = "Room is full (max 2 users)";
  private static final String SERVER = "switchboard";

  private RoomFrames() {}

  private static JsonObject of(String type) {
    return new JsonObject().put("type", type);
  }

  static String connected(String clientId) {
    return of("connected").put("clientId", clientId).put("server", SERVER).encode();
  }

  static String roomJoined(Seat seat) {
    return of("room_joined")
        .put("roomId", seat.roomId())
        .put("userCount", seat.userCount())
        .put("isInitiator", seat.isInitiator())
        .put("ready", seat.peer() != null)
        .encode();
  }

  static String roomReady(Seat seat) {
    return of("room_ready")
        .put("roomId", seat.roomId())
        .put("message", READY)
        .put("userCount", seat.userCount())
        .put("isInitiator", seat.isInitiator())
        .encode();
  }

  static String roomFull(String roomId) {
    return of("room_full").put("error", FULL).put("roomId", roomId).encode();
  }

  static String leftRoom(@Nullable String roomId) {
    return of("left_room").put("roomId", roomId).encode();
  }

  static String peerGone(String roomId, boolean dropped) {
    return of(dropped ? "peer_disconnected" : "peer_left")
        .put("message", dropped ? "Other user disconnected" : "Other user left the room")
        .put("roomId", roomId)
        .encode();
  }

  static String roomDeleted(String roomId) {
    return of("room_deleted").put("roomId", roomId).encode();
  }

  static String pong(long now) {
    return of("pong").put("timestamp", now).encode();
  }

  static String pingSent() {
    return of("ping_sent").encode();
  }

  static String error(String error) {
    return of("error").put("error", error).encode();
  }

  static String unknownType(String type) {
    return error("Unknown message type: " + type);
  }

  static String unavailable() {
    return of("error").put("error", UNAVAILABLE).put("code", "E503").encode();
  }

  static String tooMany(long retryAfterMillis) {
    return of("error")
        .put("error", TOO_MANY)
        .put("code", "E429")
        .put("retryAfterMs", retryAfterMillis)
        .encode();
  }
}
