package dev.switchboard.rooms;

import dev.switchboard.shared.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;

/**
 * Who is connected to which room, in Redis: the hash {@code room:members:<roomId>} with one field a
 * connected client. A room that nobody is in has no hash. Belongs to the event loop of its link.
 * Every future fails with {@link dev.switchboard.shared.redis.StoreUnavailableException} while
 * Redis is away.
 */
final class RoomMembers {
  private static final String KEY = "room:members:";

  private final RedisLink link;

  RoomMembers(RedisLink link) {
    this.link = link;
  }

  /** How many are in each of some rooms, in their order. */
  Future<List<Integer>> counts(List<String> roomIds) {
    return Future.all(roomIds.stream().map(this::count).toList()).map(all -> all.list());
  }

  private Future<Integer> count(String roomId) {
    return link.send(Request.cmd(Command.HLEN).arg(KEY + roomId))
        .map(size -> size == null ? 0 : size.toInteger());
  }
}
