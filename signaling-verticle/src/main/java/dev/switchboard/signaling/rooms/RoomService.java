package dev.switchboard.signaling.rooms;

import dev.switchboard.shared.log.StateLog;
import dev.switchboard.shared.redis.LostAnswers;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.rooms.RoomStore.Joining;
import dev.switchboard.signaling.rooms.Seat.Peer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rooms as their sockets see them: takes a place in Redis, then tells the client and the one
 * opposite. Futures fail with {@link dev.switchboard.shared.redis.StoreUnavailableException} while
 * Redis is away. Belongs to the loop of its edge.
 */
final class RoomService {
  private final RoomStore store;
  private final RoomIndex index;
  private final RoomPost post;
  private final RoomMetrics metrics;
  private final InstantSource clock;

  RoomService(
      RoomStore store,
      RoomIndex index,
      EdgeRouter router,
      EdgeId edge,
      RoomMetrics metrics,
      InstantSource clock) {
    this.store = store;
    this.index = index;
    this.post = new RoomPost(router, edge, this::repair, this::replaced);
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Joins a room, and leaves the one it was in. */
  Future<Void> join(RoomSocket socket, String roomId, List<String> ids) {
    Seat before = socket.seat();
    if (before != null && before.roomId().equals(roomId)) {
      socket.send(RoomFrames.roomJoined(before));
      return Future.succeededFuture();
    }
    String oldRoom = before == null ? null : before.roomId();
    RoomStore.Client joiner = new RoomStore.Client(socket.id(), ids);
    index.enter(roomId, socket);
    return store
        .join(joiner, roomId, oldRoom)
        .onFailure(failure -> notIn(socket, roomId, before, LostAnswers.mayBeTaken(failure)))
        .map(
            joining -> {
              switch (joining) {
                case Joining.Full _ -> {
                  index.exit(roomId, socket);
                  socket.send(RoomFrames.roomFull(roomId));
                }
                case Joining.Replaced _ -> throw new IllegalStateException("not a renewal");
                case Joining.In in -> {
                  socket.named(ids);
                  entered(socket, roomId, oldRoom, in);
                }
              }
              return null;
            });
  }

  private void entered(RoomSocket socket, String roomId, @Nullable String oldRoom, Joining.In in) {
    if (oldRoom != null) {
      index.exit(oldRoom, socket);
      post.tellOthers(in.left(), false);
    }
    Seat seat = Seat.taken(roomId, in.seat(), in.peer());
    socket.seat(seat);
    StateLog.room(roomId).log("a client is in the room");
    socket.send(RoomFrames.roomJoined(seat));
    Peer before = in.inPlaceOf();
    if (before != null) {
      post.replace(before);
    }
    Peer peer = in.peer();
    if (peer != null) {
      socket.send(RoomFrames.roomReady(seat));
      post.introduce(socket, seat, peer, before != null);
    }
  }

  /** The same person has taken this seat on another socket. */
  private void replaced(RoomSocket socket, Seat seat) {
    out(socket, seat.roomId());
    socket.send(RoomFrames.leftRoom(seat.roomId()));
  }

  /**
   * It stays where it was. If it may have taken the place all the same, it is in no room then, and
   * Redis is put right later.
   */
  private void notIn(RoomSocket socket, String roomId, @Nullable Seat before, boolean perhaps) {
    index.exit(roomId, socket);
    if (!perhaps) {
      return;
    }
    socket.seat(null);
    index.doubt(new RoomIndex.Doubt(socket, roomId, 0, true));
    if (before != null) {
      outOnceRedisIsBack(socket, before, false);
      socket.send(RoomFrames.leftRoom(before.roomId()));
    }
  }

  /** It is out, and whoever is opposite hears of it when Redis answers again. */
  private void outOnceRedisIsBack(RoomSocket socket, Seat seat, boolean dropped) {
    out(socket, seat.roomId());
    index.doubt(new RoomIndex.Doubt(socket, seat.roomId(), seat.number(), dropped));
  }

  /** Leaves the room at the client's wish: now, or while Redis is away, once it is back. */
  Future<Void> leave(RoomSocket socket) {
    Seat seat = socket.seat();
    if (seat == null) {
      socket.send(RoomFrames.leftRoom(null));
      return Future.succeededFuture();
    }
    return store
        .leave(seat.roomId(), socket.id())
        .onSuccess(
            left -> {
              out(socket, seat.roomId());
              post.tellOthers(left, false);
            })
        .<Void>mapEmpty()
        .recover(
            failure -> {
              if (!(failure instanceof StoreUnavailableException)) {
                return Future.failedFuture(failure);
              }
              outOnceRedisIsBack(socket, seat, false);
              return Future.succeededFuture();
            })
        .onSuccess(left -> socket.send(RoomFrames.leftRoom(seat.roomId())));
  }

  /** The socket has dropped. While Redis is away the word of it waits. */
  Future<Void> dropped(RoomSocket socket) {
    Seat seat = socket.seat();
    return seat == null ? Future.succeededFuture() : takeOut(socket, seat, true);
  }

  /** The room has been deleted: everyone is out, and nobody hears of the other. */
  Future<Void> deleted(RoomSocket socket, String roomId) {
    Seat seat = socket.seat();
    if (seat == null || !seat.roomId().equals(roomId)) {
      return Future.succeededFuture();
    }
    socket.send(RoomFrames.roomDeleted(roomId));
    return takeOut(socket, seat, false);
  }

  private Future<Void> takeOut(RoomSocket socket, Seat seat, boolean tell) {
    out(socket, seat.roomId());
    return store
        .leave(seat.roomId(), socket.id())
        .onSuccess(
            left -> {
              if (tell) {
                post.tellOthers(left, true);
              }
            })
        .onFailure(away -> outOnceRedisIsBack(socket, seat, true))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  /** Takes a socket out of a room that it may be in, for Redis, although it is not. */
  Future<Void> settle(RoomIndex.Doubt doubt) {
    RoomSocket socket = doubt.socket();
    if (socket.isIn(doubt.roomId())) {
      return Future.succeededFuture();
    }
    return store
        .leave(doubt.roomId(), socket.id())
        .<Void>map(
            left -> {
              post.tellOthers(left.ofSeat(doubt.seat()), doubt.dropped());
              return null;
            });
  }

  private void out(RoomSocket socket, String roomId) {
    StateLog.room(roomId).log("a client is out of the room");
    socket.seat(null);
    index.exit(roomId, socket);
  }

  /** Sees to a client of an edge that is dead. */
  Future<Void> bury(String dead, String clientId, String roomId) {
    return store
        .bury(roomId, clientId, dead)
        .map(
            left -> {
              post.tellOthers(left, true);
              return null;
            });
  }

  /** Passes a message on; answers why not, or null. */
  @Nullable String relay(RoomSocket socket, String type, RoomMessage message) {
    Seat seat = socket.seat();
    if (seat == null) {
      return RoomFrames.NO_ROOM_TO_SIGNAL;
    }
    Peer peer = seat.peer();
    if (peer == null) {
      return RoomFrames.ALONE;
    }
    boolean local =
        post.relay(socket, seat, peer, message.relayed(type, socket.id(), seat.roomId()));
    metrics.relayed(type, local);
    return null;
  }

  /** Whoever is opposite is not where Redis said: the stale place goes, then both look again. */
  private Future<Void> repair(RoomSocket socket, Peer peer) {
    Seat seat = socket.seat();
    if (seat == null || !seat.faces(peer.seat())) {
      return Future.succeededFuture();
    }
    metrics.repaired();
    return store.evict(seat, socket.id(), peer).compose(evicted -> verify(socket)).otherwiseEmpty();
  }

  /**
   * Compares a socket's place with what Redis says, and takes it anew if somebody gave it up for
   * this socket. Does nothing while Redis is away.
   */
  Future<Void> verify(RoomSocket socket) {
    Seat seat = socket.seat();
    if (seat == null || !socket.isOpen()) {
      return Future.succeededFuture();
    }
    return store
        .renew(socket.client(), seat.roomId())
        .<Void>map(
            joining -> {
              switch (joining) {
                case Joining.Full _ -> {
                  out(socket, seat.roomId());
                  socket.send(RoomFrames.roomFull(seat.roomId()));
                }
                case Joining.Replaced _ -> replaced(socket, seat);
                case Joining.In in -> corrected(socket, seat, in);
              }
              return null;
            })
        .otherwiseEmpty();
  }

  private void corrected(RoomSocket socket, Seat before, Joining.In in) {
    post.apply(socket, before.corrected(in.seat(), in.peer()), true);
    Seat now = socket.seat();
    if (now != null && now.peer() != null && now.number() != before.number()) {
      post.introduce(socket, now, now.peer(), true);
    }
  }

  /** Takes what another edge tells a socket; false if it is not for this seat of it. */
  boolean heard(RoomSocket socket, JsonObject note, @Nullable String frame) {
    return post.heard(socket, note, frame);
  }

  Future<Void> ping(RoomSocket socket) {
    socket.send(RoomFrames.pong(clock.millis()));
    return Future.succeededFuture();
  }

  /** Has the other person pushed, whoever is connected. */
  Future<Void> pingPeer(RoomSocket socket) {
    Seat seat = socket.seat();
    if (seat == null) {
      socket.send(RoomFrames.error(RoomFrames.NOT_IN_ROOM));
      return Future.succeededFuture();
    }
    return store
        .ping(socket.client(), seat.roomId())
        .onSuccess(asked -> socket.send(RoomFrames.pingSent()));
  }
}
