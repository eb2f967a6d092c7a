package dev.switchboard.rooms;

import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.push.JobField;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.redis.DueSet;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.rooms.RoomKeys;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * From what the sockets ask for to jobs of the push queue, both in Redis. What has been taken out
 * of the one is in the other. Futures fail with {@link
 * dev.switchboard.shared.redis.StoreUnavailableException} while Redis is away. Belongs to the event
 * loop of its link.
 */
final class PresenceQueue {
  /** How long a push is worth sending. */
  static final Duration WORTH = Cause.PRESENCE.life().orElseThrow();

  private static final Duration AT_MOST_ONCE_IN = Duration.ofMinutes(1);
  private static final Duration CLAIM = Duration.ofSeconds(5);
  private static final int BATCH = 64;
  private static final Script SETTLE = Script.load(PresenceQueue.class, "presence_settle");

  private final RedisLink link;
  private final DueSet due;

  PresenceQueue(RedisLink link) {
    this.link = link;
    this.due = new DueSet(link, RoomKeys.PRESENCE);
  }

  /** What is due; whatever is not settled in a few seconds comes up again, here or elsewhere. */
  Future<List<String>> claim(long now) {
    return due.claim(now, CLAIM.toMillis(), BATCH);
  }

  /** Takes an entry out, and puts a push for each of these persons of the room into the queue. */
  Future<Void> settle(String entry, PresenceRequest request, Room room, List<Integer> persons) {
    JsonArray pushes = new JsonArray();
    persons.forEach(which -> pushes.add(push(request, room, which)));
    return link.run(
            SETTLE,
            List.of(RoomKeys.PRESENCE, PushJobs.JOBS),
            List.of(entry, Long.toString(AT_MOST_ONCE_IN.toMillis()), pushes.encode()))
        .mapEmpty();
  }

  /** Takes an entry out for which nobody is pushed. */
  Future<Void> drop(String entry) {
    return due.remove(entry);
  }

  private static JsonObject push(PresenceRequest request, Room room, int which) {
    String roomId = room.roomId();
    JsonArray unless = new JsonArray();
    if (request.kind() != PresenceRequest.Kind.PING) {
      String client = room.person(which).client();
      unless.add(new JsonArray().add(RoomKeys.present(roomId)).add(client));
      unless.add(new JsonArray().add(RoomKeys.full(roomId)).add(""));
    }
    JsonObject job =
        new JsonObject()
            .put(JobField.ID.key(), UUID.randomUUID().toString())
            .put(JobField.CAUSE.key(), Cause.PRESENCE.wireName())
            .put(JobField.ROOM_ID.key(), roomId)
            .put(JobField.PERSON.key(), "client" + which)
            .put(
                JobField.DATA.key(),
                new JsonObject().put("roomId", roomId).put("type", "presence").encode())
            .put(JobField.CREATED_AT.key(), Long.toString(request.at()))
            .put(JobField.DEADLINE.key(), Long.toString(request.at() + WORTH.toMillis()));
    if (!unless.isEmpty()) {
      job.put(JobField.UNLESS.key(), unless.encode());
    }
    return new JsonObject()
        .put("told", RoomKeys.told(roomId, which))
        .put("job", job)
        .put("unless", unless);
  }
}
