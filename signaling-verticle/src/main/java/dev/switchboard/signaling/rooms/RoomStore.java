package dev.switchboard.signaling.rooms;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.rooms.RoomKeys;
import dev.switchboard.signaling.rooms.Seat.Peer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Places in rooms, in Redis. Each method is one request; it fails with {@link
 * dev.switchboard.shared.redis.StoreUnavailableException} while Redis is away. Used on the loop of
 * its link.
 */
final class RoomStore {
  private static final Script JOIN = Script.load(RoomStore.class, "room_join", "room_prelude");
  private static final Script LEAVE = Script.load(RoomStore.class, "room_leave", "room_prelude");
  private static final Script ASK = Script.load(RoomStore.class, "room_ask", "room_prelude");
  private static final String SEAT = "seat";

  private final RedisLink redis;
  private final EdgeId edge;
  private final InstantSource clock;

  RoomStore(RedisLink redis, EdgeId edge, InstantSource clock) {
    this.redis = redis;
    this.edge = edge;
    this.clock = clock;
  }

  /** Somebody connected, and what it calls itself. */
  record Client(String id, List<String> ids) {}

  /** What became of an attempt to join. */
  sealed interface Joining {
    /** Two others are in. */
    record Full() implements Joining {}

    /** The same person has come on another socket, which has the place now. */
    record Replaced() implements Joining {}

    /**
     * In.
     *
     * @param left what was given up in another room for it
     * @param inPlaceOf the socket whose place it took, since it is the same person's
     */
    record In(long seat, @Nullable Peer peer, Left left, @Nullable Peer inPlaceOf)
        implements Joining {}
  }

  /**
   * A place that was given up.
   *
   * @param seat its number; 0 if there was none
   * @param others who is still there
   */
  record Left(long seat, List<Peer> others) {
    static final Left NOTHING = new Left(0, List.of());

    /** As if it was given up now, if it had been already. */
    Left ofSeat(long known) {
      return seat == 0 ? new Left(known, others) : this;
    }
  }

  /**
   * Takes a place, and gives up that in {@code oldRoom}. Who has one keeps it; who has one on
   * another socket loses it to this one. An absent person is pushed if this client is alone.
   */
  Future<Joining> join(Client client, String roomId, @Nullable String oldRoom) {
    long now = clock.millis();
    JsonObject argument = place(client, roomId, now);
    if (oldRoom != null) {
      argument.put("oldRoom", oldRoom);
    }
    return join(client, argument, now);
  }

  /** Takes anew the place that a client had, unless the same person has come on another socket. */
  Future<Joining> renew(Client client, String roomId) {
    long now = clock.millis();
    return join(client, place(client, roomId, now).put("renew", true), now);
  }

  private JsonObject place(Client client, String roomId, long now) {
    return new JsonObject()
        .put("client", client.id())
        .put("edge", edge.toString())
        .put("room", roomId)
        .put("ids", new JsonArray(client.ids()))
        .put("now", now);
  }

  private Future<Joining> join(Client client, JsonObject argument, long now) {
    String roomId = argument.getString("room");
    String alone = presence("join", client, roomId, now);
    String inUse = presence("use", client, roomId, now);
    return redis
        .run(JOIN, List.of(RoomKeys.members(roomId)), List.of(argument.encode(), alone, inUse))
        .map(response -> joining(json(response), client.id()));
  }

  private static Joining joining(JsonObject answer, String client) {
    if (answer.getBoolean("full", false)) {
      return new Joining.Full();
    }
    if (answer.getBoolean("replaced", false)) {
      return new Joining.Replaced();
    }
    JsonObject before = answer.getJsonObject("inPlaceOf");
    List<Peer> others = peers(answer.getJsonObject("members"), client);
    return new Joining.In(
        answer.getLong(SEAT),
        others.isEmpty() ? null : others.getFirst(),
        new Left(answer.getLong("formerSeat", 0L), peers(answer.getJsonObject("former"), client)),
        before == null ? null : peer(before.getString("client"), before));
  }

  /** Gives up whatever place a client has in a room. */
  Future<Left> leave(String roomId, String client) {
    return leave(roomId, client, "", edge.toString(), "", "");
  }

  /** Gives up the place of a client of an edge that is dead. */
  Future<Left> bury(String roomId, String client, String dead) {
    return leave(roomId, client, "", dead, "", "");
  }

  /** Gives up the place of somebody who can't be reached, in the name of who is opposite. */
  Future<Left> evict(Seat mine, String client, Peer gone) {
    return leave(
        mine.roomId(),
        gone.clientId(),
        Long.toString(gone.seat()),
        gone.edge().toString(),
        client,
        Long.toString(mine.number()));
  }

  private Future<Left> leave(
      String roomId, String client, String seat, String of, String by, String bySeat) {
    return redis
        .run(
            LEAVE, List.of(RoomKeys.members(roomId)), List.of(roomId, client, seat, of, by, bySeat))
        .map(
            response -> {
              JsonObject answer = json(response);
              return new Left(
                  answer.getLong(SEAT, 0L), peers(answer.getJsonObject("members"), client));
            });
  }

  /** Has the other person of a room pushed, whoever is connected. */
  Future<Void> ping(Client client, String roomId) {
    long now = clock.millis();
    return redis
        .run(
            ASK,
            List.of(RoomKeys.PRESENCE),
            List.of(presence("ping", client, roomId, now), Long.toString(now)))
        .mapEmpty();
  }

  private static String presence(String kind, Client client, String roomId, long now) {
    return new JsonObject()
        .put("kind", kind)
        .put("roomId", roomId)
        .put("client", client.id())
        .put("ids", new JsonArray(client.ids()))
        .put("at", now)
        .encode();
  }

  private static List<Peer> peers(JsonObject members, String self) {
    List<Peer> peers = new ArrayList<>(2);
    for (String client : members.fieldNames()) {
      if (!client.equals(self)) {
        peers.add(peer(client, members.getJsonObject(client)));
      }
    }
    return peers;
  }

  private static Peer peer(String client, JsonObject place) {
    return new Peer(client, EdgeId.parse(place.getString("edge")), place.getLong(SEAT));
  }

  private static JsonObject json(@Nullable Response response) {
    return new JsonObject(response == null ? "{}" : response.toString());
  }
}
