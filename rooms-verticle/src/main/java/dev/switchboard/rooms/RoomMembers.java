package dev.switchboard.rooms;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.rooms.RoomKeys;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;

/**
 * Who is connected to which room, in Redis: the hash {@code room:members:<roomId>} with one field a
 * connected client. A room that nobody is in has no hash. Belongs to the event loop of its link.
 * Every future fails with {@link dev.switchboard.shared.redis.StoreUnavailableException} while
 * Redis is away.
 */
final class RoomMembers {
  private final RedisLink link;

  RoomMembers(RedisLink link) {
    this.link = link;
  }

  /** Rooms that somebody is in, those joined last first. */
  Future<List<String>> occupied(int most) {
    return link.send(
            Request.cmd(Command.ZRANGE).arg(RoomKeys.OCCUPIED).arg(0).arg(most - 1).arg("REV"))
        .map(rooms -> rooms == null ? List.of() : rooms.stream().map(Response::toString).toList());
  }

  /** How many rooms somebody is in. */
  Future<Long> occupiedTotal() {
    return link.send(Request.cmd(Command.ZCARD).arg(RoomKeys.OCCUPIED))
        .map(total -> total == null ? 0 : total.toLong());
  }

  /** How many are in each of some rooms, in their order. */
  Future<List<Integer>> counts(List<String> roomIds) {
    return Future.all(roomIds.stream().map(this::count).toList()).map(all -> all.list());
  }

  private Future<Integer> count(String roomId) {
    return link.send(Request.cmd(Command.HLEN).arg(RoomKeys.members(roomId)))
        .map(size -> size == null ? 0 : size.toInteger());
  }
}
