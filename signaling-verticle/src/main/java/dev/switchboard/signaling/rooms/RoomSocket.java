package dev.switchboard.signaling.rooms;

import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.EventRate;
import dev.switchboard.signaling.edge.Recipient;
import dev.switchboard.signaling.rooms.RoomStore.Client;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of the rooms. What it sends, and what other edges tell it, takes effect in the order
 * in which it came: while one step waits for Redis, later ones wait for it, and nothing more is
 * read. Belongs to the loop of its edge.
 */
final class RoomSocket implements Recipient {
  private static final Logger log = LoggerFactory.getLogger(RoomSocket.class);

  private final RoomConnection connection;
  private final RoomEvents events;
  private final RoomMetrics metrics;
  private final EventRate rate;
  private final Deque<Runnable> waiting = new ArrayDeque<>(2);
  private Client client;
  private @Nullable Seat seat;
  private boolean busy;

  RoomSocket(
      String id,
      RoomConnection connection,
      RoomSocketSettings settings,
      RoomEvents events,
      RoomMetrics metrics) {
    this.client = new Client(id, List.of());
    this.connection = connection;
    this.events = events;
    this.metrics = metrics;
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

  void close(short code) {
    connection.close(code);
  }

  /** Takes a message of the client. */
  void on(String text) {
    long retryAfter = rate.take(System.nanoTime());
    if (retryAfter > 0) {
      metrics.limited();
      if (rate.isFlooding()) {
        close(RoomConnection.POLICY);
      } else {
        send(RoomFrames.tooMany(retryAfter));
      }
      return;
    }
    RoomMessage message = RoomMessage.read(text);
    if (message == null) {
      inOrder(() -> answered(RoomFrames.error(RoomFrames.NOT_JSON)));
    } else {
      inOrder(() -> events.handle(this, message));
    }
  }

  private Future<Void> answered(String frame) {
    send(frame);
    return Future.succeededFuture();
  }

  @Override
  public boolean accept(EdgeMessage message) {
    if (!connection.isOpen()) {
      return false;
    }
    if (!busy) {
      return events.heard(this, message);
    }
    waiting.add(() -> events.heard(this, message));
    return true;
  }

  /** Runs a step once all earlier ones are done. A step that fails is logged. */
  void inOrder(Supplier<Future<Void>> step) {
    if (busy) {
      waiting.add(() -> begin(step));
    } else {
      begin(step);
    }
  }

  private void begin(Supplier<Future<Void>> step) {
    Future<Void> done = run(step);
    if (done.isComplete()) {
      ended(done);
      return;
    }
    busy = true;
    connection.pause();
    done.onComplete(
        result -> {
          ended(done);
          proceed();
        });
  }

  private static Future<Void> run(Supplier<Future<Void>> step) {
    try {
      return step.get();
    } catch (RuntimeException failure) {
      return Future.failedFuture(failure);
    }
  }

  private void ended(Future<Void> step) {
    if (step.failed()) {
      log.atError()
          .addKeyValue(LogKeys.SESSION, id())
          .setCause(step.cause())
          .log("a step of a room socket failed");
    }
  }

  private void proceed() {
    busy = false;
    while (!busy && !waiting.isEmpty()) {
      waiting.remove().run();
    }
    if (!busy) {
      connection.resume();
    }
  }
}
