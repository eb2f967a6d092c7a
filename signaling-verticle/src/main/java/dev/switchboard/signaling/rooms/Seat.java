package dev.switchboard.signaling.rooms;

import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.signaling.edge.Address;
import org.jspecify.annotations.Nullable;

/**
 * A socket's place in a room, and who is opposite. News of the other person comes from other edges
 * and may overtake itself; seat numbers grow with each join, which shows what is old.
 *
 * @param number of this place; the lower of two was there first
 * @param newest the highest seat of anybody opposite that this one knows of
 */
record Seat(String roomId, long number, @Nullable Peer peer, long newest) {

  /** Who is opposite. */
  record Peer(String clientId, EdgeId edge, long seat) implements Address {
    @Override
    public String endpoint() {
      return clientId;
    }
  }

  /**
   * What a piece of news makes of a seat.
   *
   * @param formerLeft the one who was opposite is gone, and the client does not know yet
   * @param arrived somebody new is opposite
   */
  record Change(Seat seat, boolean formerLeft, boolean arrived) {}

  /** A place that was just taken. */
  static Seat taken(String roomId, long number, @Nullable Peer peer) {
    return new Seat(roomId, number, peer, peer == null ? 0 : peer.seat());
  }

  boolean isInitiator() {
    return peer == null || number < peer.seat();
  }

  int userCount() {
    return peer == null ? 1 : 2;
  }

  /** True if the one opposite has that seat. */
  boolean faces(long seat) {
    return peer != null && peer.seat() == seat;
  }

  /** Somebody has joined. Whoever was opposite must have gone before, or there was no place. */
  Change joined(Peer arrival) {
    if (arrival.seat() <= newest) {
      return new Change(this, false, false);
    }
    return new Change(new Seat(roomId, number, arrival, arrival.seat()), peer != null, true);
  }

  /**
   * Somebody has gone; perhaps one of whose coming this seat has no news yet, and who then had the
   * place of whoever is opposite, since there are two.
   */
  Change left(long seat) {
    boolean opposite = faces(seat) || (peer != null && peer.seat() < seat && number < seat);
    return new Change(
        new Seat(roomId, number, opposite ? null : peer, Math.max(newest, seat)), opposite, false);
  }

  /** What the store has of this place with perhaps a new number. */
  Change corrected(long actualNumber, @Nullable Peer actual) {
    boolean same = actual == null ? peer == null : faces(actual.seat());
    long known = Math.max(newest, actual == null ? 0 : actual.seat());
    return new Change(
        new Seat(roomId, actualNumber, actual, known),
        !same && peer != null,
        !same && actual != null);
  }
}
