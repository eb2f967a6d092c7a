package dev.switchboard.rooms;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.RedisLinks;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has absent persons told that somebody waits for them. One a process; any number may do so at
 * once, and what one has in hand when it dies another takes up.
 */
final class PresencePushes extends VerticleBase {
  private static final long LOOK_MILLIS = 200;
  private static final Logger log = LoggerFactory.getLogger(PresencePushes.class);

  private final RedisLinks redis;
  private final RoomStore store;
  private final InstantSource clock;
  private @Nullable RedisLink link;
  private @Nullable PresenceQueue queue;
  private Future<Void> look = Future.succeededFuture();

  PresencePushes(RedisLinks redis, RoomStore store, InstantSource clock) {
    this.redis = redis;
    this.store = store;
    this.clock = clock;
  }

  @Override
  public Future<?> start() {
    RedisLink opened = redis.open();
    link = opened;
    queue = new PresenceQueue(opened);
    vertx.setPeriodic(LOOK_MILLIS, id -> look(opened));
    return Future.succeededFuture();
  }

  private void look(RedisLink opened) {
    if (look.isComplete() && opened.isUp()) {
      look =
          queue()
              .claim(clock.millis())
              .compose(entries -> Future.join(entries.stream().map(this::settle).toList()))
              .onFailure(e -> log.warn("absent persons will be told later: {}", e.toString()))
              .<Void>mapEmpty()
              .otherwiseEmpty();
    }
  }

  private PresenceQueue queue() {
    return Objects.requireNonNull(queue);
  }

  private Future<Void> settle(String entry) {
    PresenceRequest request = PresenceRequest.read(entry).orElse(null);
    if (request == null || clock.millis() - request.at() > PresenceQueue.WORTH.toMillis()) {
      return queue().drop(entry);
    }
    return store
        .use(request.roomId(), clock.instant())
        .compose(
            found -> {
              Room room = found.orElse(null);
              List<Integer> persons = room == null ? List.of() : request.toBeTold(room);
              return room == null || persons.isEmpty()
                  ? queue().drop(entry)
                  : queue().settle(entry, request, room, persons);
            });
  }

  @Override
  public Future<?> stop() {
    return look.compose(ended -> link == null ? Future.succeededFuture() : link.close());
  }
}
