package dev.switchboard.rooms;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes what has expired, again and again. One a process; any number may do so at once. */
final class RoomExpiry extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(RoomExpiry.class);

  private final RoomStore store;
  private final DeletedRooms deleted;
  private final InstantSource clock;
  private final Duration idle;
  private final long everyMillis;
  private Future<List<String>> sweep = Future.succeededFuture(List.of());
  private boolean failing;

  /**
   * @param idle how long a room is kept that nobody uses
   */
  RoomExpiry(
      RoomStore store, DeletedRooms deleted, InstantSource clock, Duration idle, long everyMillis) {
    this.store = store;
    this.deleted = deleted;
    this.clock = clock;
    this.idle = idle;
    this.everyMillis = everyMillis;
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(everyMillis, id -> sweep());
    return Future.succeededFuture();
  }

  private void sweep() {
    if (!sweep.isComplete()) {
      return;
    }
    Instant now = clock.instant();
    sweep =
        store
            .expire(now, now.minus(idle))
            .onSuccess(
                roomIds -> {
                  failing = false;
                  deleted.tell(roomIds);
                })
            .onFailure(this::failed);
  }

  private void failed(Throwable failure) {
    if (!failing) {
      failing = true;
      log.warn("Expired rooms could not be deleted, will be tried again: {}", failure.toString());
    }
  }

  @Override
  public Future<?> stop() {
    return sweep.transform(ended -> Future.succeededFuture());
  }
}
