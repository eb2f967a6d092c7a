package dev.switchboard.signaling.rooms;

import dev.switchboard.shared.ids.IdText;
import dev.switchboard.signaling.edge.ClientEvents;
import dev.switchboard.signaling.edge.ErrorCode;
import io.vertx.core.Future;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What each type of message does: checks and decodes it. Belongs to the loop of its edge. */
final class RoomEvents {
  private static final int MAX_ROOM_ID = 128;
  private static final int MAX_ID = 256;
  private static final Set<String> RELAYED =
      Set.of(
          "webrtc_offer",
          "webrtc_answer",
          "ice_candidate",
          "key_exchange",
          "key_exchange_complete");
  private final RoomService service;
  private final ClientEvents<RoomSocket, RoomMessage, RoomReply> events = new ClientEvents<>();

  RoomEvents(RoomService service) {
    this.service = service;
    events.orderedOfAny("join_room", this::join);
    RELAYED.forEach(
        type -> events.ordered(type, (from, message, reply) -> relay(from, type, message)));
    events
        .orderedOfAny("leave_room", (from, message, reply) -> service.leave(from))
        .orderedOfAny("ping", (from, message, reply) -> service.ping(from))
        .ordered("ping_peer", (from, message, reply) -> service.pingPeer(from));
  }

  /** Every type that a client may send. */
  Set<String> types() {
    return events.names();
  }

  /** How a client is answered: by a message of the type {@code error}. */
  private record RoomReply(RoomSocket socket, String event) implements ClientEvents.Reply {
    @Override
    public String clientId() {
      return socket.id();
    }

    @Override
    public void refuse(ErrorCode error, String message) {
      socket.send(RoomFrames.error(message));
    }

    @Override
    public void storeUnavailable() {
      socket.send(RoomFrames.unavailable());
    }

    @Override
    public void failed() {
      socket.send(RoomFrames.unavailable());
    }
  }

  /** Takes a message; the future never fails. */
  Future<Void> handle(RoomSocket from, String text) {
    if (!from.isOpen()) {
      return Future.succeededFuture();
    }
    RoomMessage message = RoomMessage.read(text);
    if (message == null) {
      return refuse(from, RoomFrames.error(RoomFrames.NOT_JSON));
    }
    var action = message.value("type") instanceof String type ? events.find(type) : null;
    return action == null
        ? refuse(from, RoomFrames.unknownType(message.type()))
        : ClientEvents.run(action.handler(), from, message, new RoomReply(from, message.type()));
  }

  private static Future<Void> refuse(RoomSocket from, String frame) {
    from.send(frame);
    return Future.succeededFuture();
  }

  private Future<Void> join(RoomSocket from, RoomMessage message, RoomReply reply) {
    Object roomId = message.value("roomId");
    if (roomId == null || roomId.equals("")) {
      return refuse(from, RoomFrames.error(RoomFrames.ROOM_ID_MISSING));
    }
    String room = IdText.of(roomId);
    if (room == null || !isText(room, MAX_ROOM_ID)) {
      return refuse(from, RoomFrames.error(RoomFrames.ROOM_ID_INVALID));
    }
    Set<String> ids = new LinkedHashSet<>();
    for (String name : List.of("deviceId", "ephemeralId")) {
      Object id = message.value(name);
      if (id == null || id.equals("")) {
        continue;
      }
      String text = IdText.of(id);
      if (text == null || !isText(text, MAX_ID)) {
        return refuse(from, RoomFrames.error("Invalid " + name));
      }
      ids.add(text);
    }
    return service.join(from, room, List.copyOf(ids));
  }

  /**
   * Half a surrogate pair can't be written as UTF-8, so that two such texts would be the same;
   * U+0000 is refused by Postgres, which is asked for the room.
   */
  private static boolean isText(String text, int max) {
    return text.length() <= max
        && text.codePoints().noneMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE);
  }

  private Future<Void> relay(RoomSocket from, String type, RoomMessage message) {
    String refusal = service.relay(from, type, message);
    return refusal == null ? Future.succeededFuture() : refuse(from, RoomFrames.error(refusal));
  }
}
