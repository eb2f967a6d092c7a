package dev.switchboard.rooms;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.RedisLinks;
import dev.switchboard.shared.schedule.PeriodicTask;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Has absent persons pushed for whom somebody waits. One a process; any number may do so at once,
 * and what one has in hand when it dies another takes up.
 */
final class PresencePushes extends VerticleBase {
  private static final long LOOK_MILLIS = 200;

  private final RedisLinks redis;
  private final RoomStore store;
  private final InstantSource clock;
  private @Nullable RedisLink link;
  private @Nullable PeriodicTask task;

  PresencePushes(RedisLinks redis, RoomStore store, InstantSource clock) {
    this.redis = redis;
    this.store = store;
    this.clock = clock;
  }

  @Override
  public Future<?> start() {
    RedisLink opened = redis.open();
    link = opened;
    PresenceQueue queue = new PresenceQueue(opened);
    task =
        PeriodicTask.start(
            vertx, "Pushing to absent persons", LOOK_MILLIS, () -> look(opened, queue));
    return Future.succeededFuture();
  }

  /** While Redis is away there is nothing to look for: its link logs that. */
  private Future<?> look(RedisLink opened, PresenceQueue queue) {
    return opened.isUp()
        ? queue
            .claim(clock.millis())
            .compose(
                entries ->
                    Future.join(entries.stream().map(entry -> settle(queue, entry)).toList()))
        : Future.succeededFuture();
  }

  private Future<Void> settle(PresenceQueue queue, String entry) {
    PresenceRequest request = PresenceRequest.read(entry).orElse(null);
    if (request == null || clock.millis() - request.at() > PresenceQueue.WORTH.toMillis()) {
      return queue.drop(entry);
    }
    return store
        .use(request.roomId(), clock.instant())
        .compose(
            found -> {
              Room room = found.orElse(null);
              List<Integer> persons = room == null ? List.of() : request.recipients(room);
              return room == null || persons.isEmpty()
                  ? queue.drop(entry)
                  : queue.settle(entry, request, room, persons);
            });
  }

  @Override
  public Future<?> stop() {
    Future<Void> ended = task == null ? Future.succeededFuture() : task.stop();
    return ended.compose(last -> link == null ? Future.succeededFuture() : link.close());
  }
}
