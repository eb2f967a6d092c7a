package dev.switchboard.rooms;

import dev.switchboard.shared.schedule.PeriodicTask;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Deletes what has expired, again and again. One a process; any number may do so at once. */
final class RoomExpiry extends VerticleBase {
  private final RoomStore store;
  private final DeletedRooms deleted;
  private final InstantSource clock;
  private final Duration idle;
  private final long everyMillis;
  private @Nullable PeriodicTask task;

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
    task = PeriodicTask.startAfterPause(vertx, "Deleting expired rooms", everyMillis, this::sweep);
    return Future.succeededFuture();
  }

  private Future<?> sweep() {
    Instant now = clock.instant();
    return store.expire(now, now.minus(idle)).onSuccess(deleted::publish);
  }

  @Override
  public Future<?> stop() {
    return task == null ? Future.succeededFuture() : task.stop();
  }
}
