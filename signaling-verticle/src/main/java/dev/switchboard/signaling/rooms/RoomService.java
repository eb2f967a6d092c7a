package dev.switchboard.signaling.rooms;

import dev.switchboard.shared.log.StateLog;
import dev.switchboard.shared.redis.InDoubtWrites;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.signaling.edge.Departures;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.RelayMetrics;
import dev.switchboard.signaling.rooms.RoomStore.Joining;
import dev.switchboard.signaling.rooms.Seat.Peer;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rooms as their sockets see them: takes a place in Redis, then notifies the client and the one
 * opposite. Futures fail with {@link dev.switchboard.shared.redis.StoreUnavailableException} while
 * Redis is away. Belongs to the loop of its edge.
 */
final class RoomService {
  private final RoomStore store;
  private final RelayMetrics metrics;
  private final InstantSource clock;
  private final RoomPeers peers;
  private final Departures<Place> departures;
  private final Map<String, Set<RoomSocket>> byRoom = new HashMap<>();

  RoomService(EdgeContext context) {
    this.store = new RoomStore(context.redis(), context.id(), context.clock());
    this.metrics = context.relays();
    this.clock = context.clock();
    this.peers = new RoomPeers(context, this::repair, this::replaced);
    this.departures = new Departures<>(context.vertx(), place -> place.socket().id());
  }

  /** The way to whoever is opposite, and back. */
  RoomPeers peers() {
    return peers;
  }

  /** A place that Redis may keep for a socket which is not there (any more). */
  private record Place(RoomSocket socket, String roomId) {}

  private void index(String roomId, RoomSocket socket) {
    byRoom.computeIfAbsent(roomId, room -> new HashSet<>(2)).add(socket);
  }

  private void unindex(String roomId, RoomSocket socket) {
    byRoom.computeIfPresent(
        roomId,
        (room, sockets) -> {
          sockets.remove(socket);
          return sockets.isEmpty() ? null : sockets;
        });
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
    index(roomId, socket);
    return store
        .join(joiner, roomId, oldRoom)
        .onFailure(failure -> notIn(socket, roomId, before, InDoubtWrites.isInDoubt(failure)))
        .map(
            joining -> {
              switch (joining) {
                case Joining.Full _ -> {
                  unindex(roomId, socket);
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
      unindex(oldRoom, socket);
      peers.notifyOthers(in.left(), false);
    }
    Seat seat = Seat.taken(roomId, in.seat(), in.peer());
    socket.seat(seat);
    StateLog.room(roomId).log("a client is in the room");
    socket.send(RoomFrames.roomJoined(seat));
    Peer before = in.inPlaceOf();
    if (before != null) {
      peers.replace(before);
    }
    Peer peer = in.peer();
    if (peer != null) {
      socket.send(RoomFrames.roomReady(seat));
      peers.introduce(socket, seat, peer, before != null);
    }
  }

  /** The same person has taken this seat on another socket. */
  private void replaced(RoomSocket socket, Seat seat) {
    out(socket, seat.roomId());
    socket.send(RoomFrames.leftRoom(seat.roomId()));
  }

  /**
   * It stays where it was. If the join is in doubt it is in no room then, and Redis is put right
   * later.
   */
  private void notIn(RoomSocket socket, String roomId, @Nullable Seat before, boolean inDoubt) {
    unindex(roomId, socket);
    if (!inDoubt) {
      return;
    }
    socket.seat(null);
    depart(socket, roomId, 0, true, true);
    if (before != null) {
      out(socket, before.roomId());
      depart(socket, before.roomId(), before.number(), false, true);
      socket.send(RoomFrames.leftRoom(before.roomId()));
    }
  }

  /**
   * Has Redis give up a place, now or once it is available, and notifies whoever is opposite then.
   *
   * @param seat its number; 0 if that is not known
   * @param dropped whether the socket has dropped, or else has gone at its wish
   * @param inDoubt whether it may be given up there already, with nobody notified
   */
  private Future<Void> depart(
      RoomSocket socket, String roomId, long seat, boolean dropped, boolean inDoubt) {
    return departures.depart(
        new Place(socket, roomId),
        doubt -> socket.steps().call(() -> leave(socket, roomId, doubt ? seat : 0, dropped)),
        inDoubt);
  }

  private Future<Void> leave(RoomSocket socket, String roomId, long seat, boolean dropped) {
    return socket.isIn(roomId)
        ? Future.succeededFuture()
        : store
            .leave(roomId, socket.id())
            .<Void>map(
                left -> {
                  peers.notifyOthers(left.ofSeat(seat), dropped);
                  return null;
                });
  }

  /** Leaves the room at the client's wish: now, or once Redis is available. */
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
              peers.notifyOthers(left, false);
            })
        .<Void>mapEmpty()
        .recover(
            failure -> {
              if (!(failure instanceof StoreUnavailableException)) {
                return Future.failedFuture(failure);
              }
              out(socket, seat.roomId());
              depart(socket, seat.roomId(), seat.number(), false, InDoubtWrites.isInDoubt(failure));
              return Future.succeededFuture();
            })
        .onSuccess(left -> socket.send(RoomFrames.leftRoom(seat.roomId())));
  }

  /** The socket has dropped: completes once Redis knows. */
  Future<Void> dropped(RoomSocket socket) {
    Seat seat = socket.seat();
    if (seat == null) {
      return Future.succeededFuture();
    }
    out(socket, seat.roomId());
    return depart(socket, seat.roomId(), seat.number(), true, false);
  }

  /** A room has been deleted: everyone is out, and nobody is notified of the other. */
  void deleted(String roomId) {
    for (RoomSocket socket : List.copyOf(byRoom.getOrDefault(roomId, Set.of()))) {
      socket.steps().run(() -> deleted(socket, roomId));
    }
  }

  private Future<Void> deleted(RoomSocket socket, String roomId) {
    Seat seat = socket.seat();
    if (seat == null || !seat.roomId().equals(roomId)) {
      return Future.succeededFuture();
    }
    socket.send(RoomFrames.roomDeleted(roomId));
    out(socket, roomId);
    return store
        .leave(roomId, socket.id())
        .onFailure(
            failure ->
                depart(socket, roomId, seat.number(), true, InDoubtWrites.isInDoubt(failure)))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private void out(RoomSocket socket, String roomId) {
    StateLog.room(roomId).log("a client is out of the room");
    socket.seat(null);
    unindex(roomId, socket);
  }

  /** Takes out a client of an edge that is dead. */
  Future<Void> bury(String dead, String clientId, String roomId) {
    return store
        .bury(roomId, clientId, dead)
        .map(
            left -> {
              peers.notifyOthers(left, true);
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
    boolean here =
        peers.relay(socket, seat, peer, message.relayed(type, socket.id(), seat.roomId()));
    metrics.relayed(type, here, 1);
    return null;
  }

  /**
   * The stale place of who was opposite goes, then this socket looks again. One that had lost its
   * own place when it sent, and has another by now, was not heard for that reason.
   */
  private Future<Void> repair(RoomSocket socket, long sentFrom, Peer peer) {
    Seat seat = socket.seat();
    if (seat == null || seat.number() != sentFrom || !seat.faces(peer.seat())) {
      return Future.succeededFuture();
    }
    metrics.repaired();
    return store.evict(seat, socket.id(), peer).compose(evicted -> verify(socket)).otherwiseEmpty();
  }

  /**
   * Compares a socket's place with what Redis has, and takes it anew if somebody gave it up for
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
    peers.apply(socket, before.corrected(in.seat(), in.peer()), true);
    Seat now = socket.seat();
    if (now != null && now.peer() != null && now.number() != before.number()) {
      peers.introduce(socket, now, now.peer(), true);
    }
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
