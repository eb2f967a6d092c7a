package dev.switchboard.signaling.rooms;

import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.signaling.edge.Address;
import dev.switchboard.signaling.edge.Deliveries;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.EdgeNote;
import dev.switchboard.signaling.rooms.Seat.Change;
import dev.switchboard.signaling.rooms.Seat.Peer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What the two in a room send each other from edge to edge. Belongs to the loop of its edge. */
final class RoomPeers {
  private final EdgeId edge;
  private final Deliveries<Recipient> deliveries;
  private final BiConsumer<RoomSocket, Seat> replaced;

  /** Sees to one opposite a socket who turned out not to face the seat that it had. */
  @FunctionalInterface
  interface Repair {
    Future<Void> of(RoomSocket socket, long seat, Peer gone);
  }

  /**
   * Makes it.
   *
   * @param repair a step that sees to who was opposite a socket and turned out not to be there
   * @param replaced gets a socket whose seat the same person has taken on another
   */
  RoomPeers(EdgeContext context, Repair repair, BiConsumer<RoomSocket, Seat> replaced) {
    this.edge = context.id();
    this.deliveries = context.deliveries(gone -> gone.repair(repair));
    this.replaced = replaced;
  }

  /** What an edge sends a socket of another. */
  sealed interface Note extends EdgeNote {
    /** How they cross nodes. */
    EdgeNote.Codec<Note> CODEC = new EdgeNote.Codec<>("rooms", Note.class, Note::write, Note::read);

    /** The seat it is for: a socket that has another by now ignores it. */
    long seat();

    @Override
    default String feature() {
      return "rooms";
    }

    /**
     * Somebody has taken the place opposite.
     *
     * @param dropped whether one who was opposite until now has dropped, and did not leave
     */
    record Joined(long seat, Peer peer, boolean dropped) implements Note {}

    /** The one with this seat has gone: has dropped, or has left. */
    record Left(long seat, long gone, boolean dropped) implements Note {}

    /** The same person has taken this seat on another socket. */
    record Replaced(long seat) implements Note {}

    /** A frame of the one with the seat {@code from}. */
    record Relayed(long seat, long from) implements Note {
      @Override
      public boolean isOrdered() {
        return true;
      }
    }

    private static JsonObject write(Note note) {
      JsonObject json = new JsonObject().put("seat", note.seat());
      return switch (note) {
        case Joined(long seat, Peer peer, boolean dropped) ->
            json.put("joined", peer.seat())
                .put("client", peer.clientId())
                .put("edge", peer.edge().toString())
                .put("dropped", dropped);
        case Left(long seat, long gone, boolean dropped) ->
            json.put("left", gone).put("dropped", dropped);
        case Replaced(long seat) -> json.put("replaced", true);
        case Relayed(long seat, long from) -> json.put("from", from);
      };
    }

    private static Note read(JsonObject json) {
      long seat = json.getLong("seat");
      boolean dropped = json.getBoolean("dropped", false);
      if (json.containsKey("from")) {
        return new Relayed(seat, json.getLong("from"));
      }
      if (json.containsKey("joined")) {
        EdgeId edge = EdgeId.parse(json.getString("edge"));
        Peer peer = new Peer(json.getString("client"), edge, json.getLong("joined"));
        return new Joined(seat, peer, dropped);
      }
      return json.containsKey("left")
          ? new Left(seat, json.getLong("left"), dropped)
          : new Replaced(seat);
    }
  }

  /**
   * Somebody in a room.
   *
   * @param opposite the socket here that faces it; null if that is gone
   * @param from the seat of that socket
   */
  private record Recipient(Peer peer, @Nullable RoomSocket opposite, long from) implements Address {
    @Override
    public EdgeId edge() {
      return peer.edge();
    }

    @Override
    public String endpoint() {
      return peer.endpoint();
    }

    void repair(Repair repair) {
      RoomSocket socket = opposite;
      if (socket != null) {
        socket.steps().run(() -> repair.of(socket, from, peer));
      }
    }
  }

  /**
   * Notifies who is opposite that this socket has taken a seat.
   *
   * @param dropped whether one who was opposite until now has dropped, and did not leave
   */
  void introduce(RoomSocket socket, Seat seat, Peer peer, boolean dropped) {
    Peer self = new Peer(socket.id(), edge, seat.number());
    Recipient recipient = new Recipient(peer, socket, seat.number());
    deliveries.send(recipient, null, new Note.Joined(peer.seat(), self, dropped));
  }

  /** Notifies those who are still there that somebody has gone. */
  void notifyOthers(RoomStore.Left left, boolean dropped) {
    for (Peer other : left.seat() == 0 ? List.<Peer>of() : left.others()) {
      Note.Left note = new Note.Left(other.seat(), left.seat(), dropped);
      deliveries.send(new Recipient(other, null, 0), null, note);
    }
  }

  /** Notifies a socket that the same person has taken its seat on another. */
  void replace(Peer before) {
    deliveries.send(new Recipient(before, null, 0), null, new Note.Replaced(before.seat()));
  }

  /** Relays a frame; true if the one opposite is in this process. */
  boolean relay(RoomSocket socket, Seat seat, Peer peer, String frame) {
    Recipient recipient = new Recipient(peer, socket, seat.number());
    deliveries.send(recipient, frame, new Note.Relayed(peer.seat(), seat.number()));
    return deliveries.isHere(recipient);
  }

  /** Takes what another edge sends a socket; false if it is not for this seat of it. */
  boolean accept(RoomSocket socket, Note note, @Nullable String frame) {
    Seat seat = socket.seat();
    if (seat == null || note.seat() != seat.number()) {
      return false;
    }
    switch (note) {
      case Note.Relayed(long own, long from) -> {
        boolean opposite = seat.faces(from);
        if (opposite && frame != null) {
          socket.send(frame);
        }
        return opposite;
      }
      case Note.Replaced(long own) -> replaced.accept(socket, seat);
      case Note.Joined(long own, Peer peer, boolean dropped) ->
          apply(socket, seat.joined(peer), dropped);
      case Note.Left(long own, long gone, boolean dropped) ->
          apply(socket, seat.left(gone), dropped);
    }
    return true;
  }

  /** Lets a socket and its client know what has become of its seat. */
  void apply(RoomSocket socket, Change change, boolean dropped) {
    Seat seat = change.seat();
    socket.seat(seat);
    if (change.formerLeft()) {
      socket.send(RoomFrames.peerGone(seat.roomId(), dropped));
    }
    if (change.arrived()) {
      socket.send(RoomFrames.roomReady(seat));
    }
  }
}
