package dev.switchboard.signaling.rooms;

import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.Endpoint;
import dev.switchboard.signaling.edge.EventRate;
import dev.switchboard.signaling.edge.Steps;
import dev.switchboard.signaling.rooms.RoomStore.Client;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client of the rooms. What it sends, and what other edges send it, takes effect in the order
 * of arrival: while one step waits for Redis, later ones wait for it, and nothing more is read.
 * Belongs to the loop of its edge.
 */
final class RoomSocket implements Endpoint {
  private final RoomConnection connection;
  private final RoomEvents events;
  private final RoomPeers peers;
  private final Counter limited;
  private final EventRate rate;
  private final Steps steps;
  private Client client;
  private @Nullable Seat seat;

  RoomSocket(
      String id,
      RoomConnection connection,
      SignalingSettings settings,
      RoomEvents events,
      RoomPeers peers,
      Counter limited) {
    this.client = new Client(id, List.of());
    this.connection = connection;
    this.events = events;
    this.peers = peers;
    this.limited = limited;
    this.steps = new Steps(id, connection::pause, connection::resume);
    this.rate =
        new EventRate(settings.eventsPerSecond(), settings.eventsBurst(), System.nanoTime());
  }

  String id() {
    return client.id();
  }

  Client client() {
    return client;
  }

  /** What the client called itself when it joined. */
  void named(List<String> ids) {
    client = new Client(client.id(), ids);
  }

  /** Null while it is in no room. */
  @Nullable Seat seat() {
    return seat;
  }

  void seat(@Nullable Seat taken) {
    seat = taken;
  }

  boolean isIn(String roomId) {
    return seat != null && seat.roomId().equals(roomId);
  }

  boolean isOpen() {
    return connection.isOpen();
  }

  void send(String frame) {
    connection.send(frame);
  }

  void close(int code) {
    connection.close(code);
  }

  void on(String text) {
    boolean passes =
        rate.pass(
            retryAfter -> send(RoomFrames.tooMany(retryAfter)), () -> close(RoomConnection.POLICY));
    if (passes) {
      steps.run(() -> events.handle(this, text));
    } else {
      limited.increment();
    }
  }

  @Override
  public boolean accept(EdgeMessage message) {
    if (!connection.isOpen() || !(message.note() instanceof RoomPeers.Note note)) {
      return false;
    }
    if (!steps.areBusy()) {
      return peers.accept(this, note, message.frame());
    }
    steps.run(
        () -> {
          peers.accept(this, note, message.frame());
          return Future.succeededFuture();
        });
    return true;
  }

  /** The order in which things take effect. */
  Steps steps() {
    return steps;
  }
}
