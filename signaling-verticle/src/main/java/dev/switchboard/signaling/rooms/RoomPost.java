package dev.switchboard.signaling.rooms;

import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.EdgeRouter;
import dev.switchboard.signaling.edge.Receipt;
import dev.switchboard.signaling.rooms.RoomStore.Left;
import dev.switchboard.signaling.rooms.Seat.Heard;
import dev.switchboard.signaling.rooms.Seat.Peer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What the two in a room tell each other from edge to edge. Belongs to the loop of its edge. */
final class RoomPost {
  private static final String SEAT = "seat";
  private static final String FROM = "from";
  private static final String JOINED = "joined";
  private static final String LEFT = "left";
  private static final String DROPPED = "dropped";
  private static final String REPLACED = "replaced";

  private final EdgeRouter router;
  private final EdgeId edge;
  private final BiFunction<RoomSocket, Peer, Future<Void>> repair;
  private final BiConsumer<RoomSocket, Seat> replaced;

  /**
   * {@code repair} sees to somebody opposite who turns out not to be there, {@code replaced} to a
   * socket whose seat the same person has taken on another.
   */
  RoomPost(
      EdgeRouter router,
      EdgeId edge,
      BiFunction<RoomSocket, Peer, Future<Void>> repair,
      BiConsumer<RoomSocket, Seat> replaced) {
    this.router = router;
    this.edge = edge;
    this.repair = repair;
    this.replaced = replaced;
  }

  /**
   * Tells who is opposite that this socket has taken a seat.
   *
   * @param dropped whether one who was opposite until now has dropped, and did not leave
   */
  void introduce(RoomSocket socket, Seat seat, Peer peer, boolean dropped) {
    JsonObject self =
        new JsonObject()
            .put("client", socket.id())
            .put("edge", edge.toString())
            .put(SEAT, seat.number());
    JsonObject note = new JsonObject().put(SEAT, peer.seat()).put(JOINED, self);
    tell(socket, peer, note.put(DROPPED, dropped), null);
  }

  /** Tells a socket that the same person has taken its seat on another. */
  void replace(Peer before) {
    // a node of an earlier version reads that nobody has gone
    JsonObject note = new JsonObject().put(SEAT, before.seat()).put(LEFT, 0).put(DROPPED, true);
    send(before, note.put(REPLACED, true));
  }

  /** Tells those who are still there that somebody has gone. */
  void tellOthers(Left left, boolean dropped) {
    for (Peer other : left.seat() == 0 ? List.<Peer>of() : left.others()) {
      JsonObject note = new JsonObject().put(SEAT, other.seat()).put(LEFT, left.seat());
      send(other, note.put(DROPPED, dropped));
    }
  }

  private void send(Peer to, JsonObject note) {
    router.send(to.edge(), new EdgeMessage(to.clientId(), EdgeMessage.Kind.WRITE, null, note));
  }

  /** Passes a frame on; true if the one opposite is in this process. */
  boolean relay(RoomSocket socket, Seat seat, Peer peer, String frame) {
    tell(socket, peer, new JsonObject().put(SEAT, peer.seat()).put(FROM, seat.number()), frame);
    return router.isHere(peer.edge());
  }

  private void tell(RoomSocket socket, Peer peer, JsonObject note, @Nullable String frame) {
    router
        .send(peer.edge(), new EdgeMessage(peer.clientId(), EdgeMessage.Kind.WRITE, frame, note))
        .onSuccess(
            receipt -> {
              if (receipt == Receipt.NO_SESSION) {
                socket.inOrder(() -> repair.apply(socket, peer));
              }
            });
  }

  /** Takes what another edge tells a socket; false if it is not for this seat of it. */
  boolean heard(RoomSocket socket, JsonObject note, @Nullable String frame) {
    Seat seat = socket.seat();
    if (seat == null || note.getLong(SEAT) != seat.number()) {
      return false;
    }
    if (frame != null) {
      boolean opposite = seat.faces(note.getLong(FROM));
      if (opposite) {
        socket.send(frame);
      }
      return opposite;
    }
    if (note.getBoolean(REPLACED, false)) {
      replaced.accept(socket, seat);
      return true;
    }
    JsonObject joined = note.getJsonObject(JOINED);
    Heard heard = joined == null ? seat.left(note.getLong(LEFT)) : seat.joined(arrival(joined));
    apply(socket, heard, note.getBoolean(DROPPED, false));
    return true;
  }

  private static Peer arrival(JsonObject joined) {
    EdgeId at = EdgeId.parse(joined.getString("edge"));
    return new Peer(joined.getString("client"), at, joined.getLong(SEAT));
  }

  /** Has a socket know what there is to know of its seat. */
  void apply(RoomSocket socket, Heard heard, boolean dropped) {
    Seat seat = heard.seat();
    socket.seat(seat);
    if (heard.formerLeft()) {
      String roomId = seat.roomId();
      socket.send(dropped ? RoomFrames.peerDisconnected(roomId) : RoomFrames.peerLeft(roomId));
    }
    if (heard.arrived()) {
      socket.send(RoomFrames.roomReady(seat));
    }
  }
}
