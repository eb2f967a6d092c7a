package dev.switchboard.push.queue;

import dev.switchboard.push.send.PushContents;
import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.push.JobField;
import dev.switchboard.shared.push.PushApps;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.redis.stream.StreamEntry;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A job: an entry of a stream with the fields of {@link JobField}.
 *
 * @param unless JSON list of what must not be there when it is sent; empty for nothing
 * @param page which page of a broadcast it is; 0 for what is none
 * @param attempts how many were made before it came here
 * @param createdAt milliseconds since the epoch
 * @param deadline milliseconds since the epoch: when it is no longer worth sending
 */
record PushJob(
    String id,
    Cause cause,
    Target target,
    JsonObject data,
    String unless,
    int page,
    int attempts,
    long createdAt,
    long deadline) {
  private static final long DAY_MILLIS = 86_400_000;

  /** Reads a job; empty if it is none. */
  static Optional<PushJob> read(StreamEntry entry) {
    try {
      Optional<String> id = field(entry, JobField.ID);
      Optional<Cause> cause = field(entry, JobField.CAUSE).flatMap(Cause::of);
      Optional<Target> target = target(entry);
      if (id.isEmpty() || cause.isEmpty() || target.isEmpty()) {
        return Optional.empty();
      }
      long createdAt = number(entry, JobField.CREATED_AT).orElseGet(entry::addedAt);
      return Optional.of(
          new PushJob(
              id.get(),
              cause.get(),
              target.get(),
              field(entry, JobField.DATA).map(JsonObject::new).orElseGet(JsonObject::new),
              field(entry, JobField.UNLESS).map(PushJob::checkedPairs).orElse(""),
              count(entry, JobField.PAGE),
              count(entry, JobField.ATTEMPTS),
              createdAt,
              number(entry, JobField.DEADLINE).orElse(createdAt + DAY_MILLIS)));
    } catch (DecodeException | ClassCastException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> field(StreamEntry entry, JobField field) {
    return entry.field(field.key());
  }

  private static Optional<Long> number(StreamEntry entry, JobField field) {
    return entry.number(field.key());
  }

  private static int count(StreamEntry entry, JobField field) {
    return Math.max(0, number(entry, field).orElse(0L).intValue());
  }

  /** The script must not fail on it. */
  private static String checkedPairs(String text) {
    for (Object pair : new JsonArray(text)) {
      if (!(pair instanceof JsonArray two)
          || two.size() != 2
          || !(two.getValue(0) instanceof String)
          || !(two.getValue(1) instanceof String)) {
        throw new DecodeException("not a list of [key, field]");
      }
    }
    return text;
  }

  private static Optional<Target> target(StreamEntry entry) {
    Optional<String> userId = field(entry, JobField.USER_ID);
    if (userId.isPresent()) {
      Optional<Set<String>> devices =
          field(entry, JobField.DEVICES).map(text -> new HashSet<>(texts(new JsonArray(text))));
      return Optional.of(new Target.User(userId.get(), devices));
    }
    Optional<String> room = field(entry, JobField.ROOM_ID);
    Optional<String> person = field(entry, JobField.PERSON).filter(p -> p.matches("client[12]"));
    if (room.isPresent()) {
      return person.map(which -> new Target.RoomPerson(room.get(), which));
    }
    Optional<String> targets = field(entry, JobField.TARGETS);
    if (targets.isPresent()) {
      String owner = field(entry, JobField.OWNER).orElse("");
      return targets.map(text -> new Target.Devices(texts(new JsonArray(text)), owner));
    }
    Optional<String> topic = field(entry, JobField.TOPIC);
    if (topic.isPresent()) {
      String app = field(entry, JobField.APP).orElse(PushApps.DEFAULT);
      return topic.map(name -> new Target.Topic(name, app));
    }
    return field(entry, JobField.EVERYONE)
        .map(
            who ->
                new Target.Everyone(
                    who.equals("all"),
                    field(entry, JobField.APP).orElse(null),
                    field(entry, JobField.AFTER).orElse(""),
                    count(entry, JobField.PAGE)));
  }

  private static List<String> texts(JsonArray array) {
    return array.stream().map(String::valueOf).toList();
  }

  /** Its fields, as they go on a stream again: {@code [name, text, …]}. */
  JsonArray fields() {
    JsonArray fields = new JsonArray();
    put(fields, JobField.ID, id);
    put(fields, JobField.CAUSE, cause.wireName());
    put(fields, JobField.DATA, data.encode());
    put(fields, JobField.CREATED_AT, Long.toString(createdAt));
    put(fields, JobField.DEADLINE, Long.toString(deadline));
    if (!unless.isEmpty()) {
      put(fields, JobField.UNLESS, unless);
    }
    if (page > 0) {
      put(fields, JobField.PAGE, Integer.toString(page));
    }
    if (attempts > 0) {
      put(fields, JobField.ATTEMPTS, Integer.toString(attempts));
    }
    switch (target) {
      case Target.User user -> {
        put(fields, JobField.USER_ID, user.userId());
        user.reachFields()
            .ifPresent(
                only ->
                    put(fields, JobField.DEVICES, new JsonArray(new ArrayList<>(only)).encode()));
      }
      case Target.RoomPerson room -> {
        put(fields, JobField.ROOM_ID, room.roomId());
        put(fields, JobField.PERSON, room.person());
      }
      case Target.Devices devices -> {
        put(fields, JobField.TARGETS, new JsonArray(devices.keys()).encode());
        if (!devices.owner().isEmpty()) {
          put(fields, JobField.OWNER, devices.owner());
        }
      }
      case Target.Topic topic -> {
        put(fields, JobField.TOPIC, topic.name());
        if (!topic.app().equals(PushApps.DEFAULT)) {
          put(fields, JobField.APP, topic.app());
        }
      }
      case Target.Everyone everyone -> {
        put(fields, JobField.EVERYONE, everyone.devicesToo() ? "all" : "webpush");
        put(fields, JobField.AFTER, everyone.after());
        if (everyone.app() != null) {
          put(fields, JobField.APP, everyone.app());
        }
      }
    }
    return fields;
  }

  private static void put(JsonArray fields, JobField field, String text) {
    fields.add(field.key()).add(text);
  }

  /** The same for one of its devices, after some attempts. */
  PushJob again(String deviceKey, int attemptsMade) {
    Target one =
        switch (target) {
          case Target.User _, Target.Devices _ ->
              new Target.Devices(List.of(deviceKey), target.owner());
          case Target.RoomPerson _, Target.Topic _, Target.Everyone _ -> target;
        };
    return with(one, page, attemptsMade);
  }

  PushJob with(Target other, int itsPage, int attemptsMade) {
    return new PushJob(id, cause, other, data, unless, itsPage, attemptsMade, createdAt, deadline);
  }

  /** The same with a life of the same length that begins now. */
  PushJob renewed(long nowMillis) {
    return new PushJob(
        id, cause, target, data, unless, page, 0, nowMillis, nowMillis + deadline - createdAt);
  }

  /** The call whose ringing is the only reason to send it; empty for none. */
  String ringingCall() {
    return cause == Cause.INCOMING_CALL
        ? PushJobs.call(String.valueOf(data.getValue("callId")))
        : "";
  }

  /** True if it is sent only while something holds. */
  boolean mayBeOver() {
    return cause == Cause.INCOMING_CALL || !unless.isEmpty();
  }

  /** Where the results of its devices are. */
  String resultsKey() {
    return QueueKeys.results(id, page);
  }

  /** What a later push takes the place of. */
  String collapseKey() {
    return switch (cause) {
      case INCOMING_CALL, CALL_CANCELLED, CALL_ENDED -> String.valueOf(data.getValue("callId"));
      case TEST_RING -> id;
      case MISSED_CALL -> PushContents.missedKey(data);
      case PRESENCE -> "room-" + data.getValue("roomId");
      case CUSTOM -> data.getValue("tag") instanceof String tag && !tag.isEmpty() ? tag : id;
    };
  }
}
