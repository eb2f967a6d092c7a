package dev.switchboard.signaling.rooms;

import dev.switchboard.shared.ids.IdText;
import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.signaling.edge.EdgeMessage;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
  private static final Logger log = LoggerFactory.getLogger(RoomEvents.class);

  private final RoomService service;
  private final Map<String, Event> events = new LinkedHashMap<>();

  /** Does what a message asks; the future ends when later messages may take effect. */
  @FunctionalInterface
  private interface Event {
    Future<Void> handle(RoomSocket from, RoomMessage message);
  }

  RoomEvents(RoomService service) {
    this.service = service;
    events.put("join_room", this::join);
    RELAYED.forEach(type -> events.put(type, (from, message) -> relay(from, type, message)));
    events.put("leave_room", (from, message) -> service.leave(from));
    events.put("ping", (from, message) -> service.ping(from));
    events.put("ping_peer", (from, message) -> service.pingPeer(from));
  }

  /** Every type that a client may send. */
  Set<String> types() {
    return Set.copyOf(events.keySet());
  }

  /** Takes a message; the future never fails for a store that is away. */
  Future<Void> handle(RoomSocket from, RoomMessage message) {
    if (!from.isOpen()) {
      return Future.succeededFuture();
    }
    Event event = message.value("type") instanceof String type ? events.get(type) : null;
    if (event == null) {
      return refuse(from, RoomFrames.unknownType(message.type()));
    }
    return event
        .handle(from, message)
        .recover(
            failure -> {
              if (!(failure instanceof StoreUnavailableException)) {
                log.atError()
                    .addKeyValue(LogKeys.SESSION, from.id())
                    .setCause(failure)
                    .log("{} failed", message.type());
              }
              return refuse(from, RoomFrames.away());
            });
  }

  private static Future<Void> refuse(RoomSocket from, String frame) {
    from.send(frame);
    return Future.succeededFuture();
  }

  private Future<Void> join(RoomSocket from, RoomMessage message) {
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

  /** Takes what another edge tells a socket; false if it is not for it any more. */
  boolean heard(RoomSocket to, EdgeMessage message) {
    JsonObject note = message.note();
    return note != null && service.heard(to, note, message.frame());
  }
}
