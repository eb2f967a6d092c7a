package dev.switchboard.rooms;

import dev.switchboard.shared.bus.BusAddresses;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

/**
 * Publishes to every node which rooms are gone, so that their sockets leave them. Used on any
 * thread.
 */
record DeletedRooms(Vertx vertx) {
  void publish(Iterable<String> roomIds) {
    for (String roomId : roomIds) {
      vertx.eventBus().publish(BusAddresses.ROOMS_DELETED, new JsonObject().put("roomId", roomId));
    }
  }
}
