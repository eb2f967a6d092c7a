package dev.switchboard.push.send;

import dev.switchboard.push.stream.StreamEntry;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A push to one user's devices, as {@link dev.switchboard.shared.push.PushJobs} has it.
 *
 * @param devices reach fields; empty is all of them
 * @param createdAt milliseconds since the epoch
 * @param deadline milliseconds since the epoch: when it is no longer worth sending
 */
public record PushJob(
    String id,
    String cause,
    String userId,
    Optional<Set<String>> devices,
    JsonObject data,
    long createdAt,
    long deadline) {
  private static final String RING = "incoming_call";
  private static final long DAY_MILLIS = 86_400_000;

  /** Reads a job; empty if it is none. */
  static Optional<PushJob> read(StreamEntry entry) {
    Optional<String> id = entry.field("id");
    Optional<String> cause = entry.field("cause");
    Optional<String> userId = entry.field("userId");
    if (id.isEmpty() || cause.isEmpty() || userId.isEmpty()) {
      return Optional.empty();
    }
    long createdAt = entry.number("createdAt").orElseGet(entry::addedAt);
    long deadline = entry.number("deadline").orElse(createdAt + DAY_MILLIS);
    try {
      JsonObject data = entry.field("data").map(JsonObject::new).orElseGet(JsonObject::new);
      Optional<Set<String>> devices =
          entry
              .field("devices")
              .map(text -> new JsonArray(text).stream())
              .map(fields -> fields.map(String::valueOf).collect(Collectors.toUnmodifiableSet()));
      return Optional.of(
          new PushJob(id.get(), cause.get(), userId.get(), devices, data, createdAt, deadline));
    } catch (DecodeException e) {
      return Optional.empty();
    }
  }

  /** What the senders get. */
  Push push(long nowMillis) {
    Cause known = Cause.of(cause).orElse(Cause.CUSTOM);
    return new Push(id, known, PushContents.of(known, data, nowMillis), id, createdAt, deadline);
  }

  /** The call that it is about. */
  Optional<String> callId() {
    return data.getValue("callId") instanceof String callId && !callId.isEmpty()
        ? Optional.of(callId)
        : Optional.empty();
  }

  /** The call whose ringing is the only reason to send it. */
  Optional<String> ringingCall() {
    return cause.equals(RING) ? callId() : Optional.empty();
  }

  /** True for a device that it is meant for. */
  boolean isFor(String reachField) {
    return devices.map(named -> named.contains(reachField)).orElse(true);
  }
}
