package dev.switchboard.push.queue;

import dev.switchboard.shared.push.JobField;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.redis.stream.StreamAnswers;
import dev.switchboard.shared.redis.stream.StreamEntry;
import io.vertx.core.Future;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Pushes whose retries are used up. They stay until they are replayed. Belongs to the event loop of
 * its link; futures fail as those of {@link RedisLink}.
 */
public final class DeadLetters {
  private static final Script REPLAY = Script.load(DeadLetters.class, "push_replay");
  private static final int PAGE = 200;

  private final RedisLink link;
  private final InstantSource clock;

  public DeadLetters(RedisLink link, InstantSource clock) {
    this.link = link;
    this.clock = clock;
  }

  /** How many there are. */
  public Future<Long> count() {
    return link.send(Request.cmd(Command.XLEN).arg(QueueKeys.DEAD))
        .map(count -> count == null ? 0L : count.toLong());
  }

  /**
   * The newest first, without their content: {@code {id, notification_id, cause, device:{id, type},
   * reason, attempts, created_at, died_at}}.
   */
  public Future<JsonArray> list(int limit) {
    Request request =
        Request.cmd(Command.XREVRANGE)
            .arg(QueueKeys.DEAD)
            .arg("+")
            .arg("-")
            .arg("COUNT")
            .arg(limit);
    return link.send(request)
        .map(
            answer -> {
              JsonArray letters = new JsonArray();
              StreamAnswers.entries(answer).forEach(entry -> letters.add(show(entry)));
              return letters;
            });
  }

  private static JsonObject show(StreamEntry entry) {
    String device = entry.field("device").orElse(":");
    int colon = device.indexOf(':');
    return new JsonObject()
        .put("id", entry.id())
        .put("notification_id", entry.field(JobField.ID.key()).orElse(""))
        .put("cause", entry.field(JobField.CAUSE.key()).orElse(""))
        .put(
            "device",
            new JsonObject()
                .put("id", device.substring(colon + 1))
                .put("type", device.substring(0, colon)))
        .put("reason", entry.field("reason").orElse(""))
        .put("attempts", entry.number(JobField.ATTEMPTS.key()).orElse(0L))
        .put(
            "created_at",
            Instant.ofEpochMilli(entry.number(JobField.CREATED_AT.key()).orElseGet(entry::addedAt))
                .toString())
        .put("died_at", Instant.ofEpochMilli(entry.addedAt()).toString());
  }

  /** Deletes those to a user's devices, and those that tell others of the user's calls. */
  public Future<Void> erase(String userId) {
    return eraseFrom("-", userId);
  }

  private Future<Void> eraseFrom(String from, String userId) {
    return range(from, "+", PAGE)
        .compose(
            entries -> {
              Request delete = Request.cmd(Command.XDEL).arg(QueueKeys.DEAD);
              List<StreamEntry> theirs =
                  entries.stream().filter(entry -> isAbout(entry, userId)).toList();
              theirs.forEach(entry -> delete.arg(entry.id()));
              Future<?> deleted = theirs.isEmpty() ? Future.succeededFuture() : link.send(delete);
              return entries.size() < PAGE
                  ? deleted.mapEmpty()
                  : deleted.compose(next -> eraseFrom("(" + entries.getLast().id(), userId));
            });
  }

  /** The caller of a call is a member of its data, which is not read for it: it may be anything. */
  private static boolean isAbout(StreamEntry entry, String userId) {
    String caller = "\"callerId\":" + Json.encode(userId);
    return entry.field(JobField.USER_ID.key()).orElse("").equals(userId)
        || entry.field(JobField.OWNER.key()).orElse("").equals(userId)
        || entry.field(JobField.DATA.key()).orElse("").contains(caller);
  }

  /**
   * Sends some again, as if they had just been accepted; ids that are none are passed over.
   *
   * @return how many
   */
  public Future<Integer> replay(List<String> ids) {
    List<Future<Integer>> all = new ArrayList<>();
    for (String id : ids) {
      if (id.matches("\\d{1,18}-\\d{1,18}")) {
        all.add(range(id, id, 1).compose(this::replayAll));
      }
    }
    return Future.all(all).map(done -> all.stream().mapToInt(Future::result).sum());
  }

  /** Sends all that are there now again; answers how many. */
  public Future<Integer> replayAll() {
    return replayFrom("-", clock.millis() + "-0", 0);
  }

  private Future<Integer> replayFrom(String from, String to, int soFar) {
    return range(from, "+", PAGE)
        .compose(
            entries -> {
              List<StreamEntry> old =
                  entries.stream().filter(entry -> !isAfter(entry.id(), to)).toList();
              return replayAll(old)
                  .compose(
                      count ->
                          old.size() < PAGE
                              ? Future.succeededFuture(soFar + count)
                              : replayFrom("(" + old.getLast().id(), to, soFar + count));
            });
  }

  /** What dies again meanwhile is left for another time. */
  private static boolean isAfter(String id, String limit) {
    return Long.parseLong(id.substring(0, id.indexOf('-')))
        > Long.parseLong(limit.substring(0, limit.indexOf('-')));
  }

  private Future<List<StreamEntry>> range(String from, String to, int count) {
    Request request =
        Request.cmd(Command.XRANGE).arg(QueueKeys.DEAD).arg(from).arg(to).arg("COUNT").arg(count);
    return link.send(request).map(StreamAnswers::entries);
  }

  private Future<Integer> replayAll(List<StreamEntry> entries) {
    List<Future<Integer>> all = entries.stream().map(this::replay).toList();
    return Future.all(all).map(done -> all.stream().mapToInt(Future::result).sum());
  }

  private Future<Integer> replay(StreamEntry entry) {
    Optional<PushJob> read = PushJob.read(entry);
    if (read.isEmpty()) {
      return Future.succeededFuture(0);
    }
    PushJob job = read.get().renewed(clock.millis());
    String device = entry.field("device").orElse("");
    return link.run(
            REPLAY,
            List.of(QueueKeys.DEAD, job.resultsKey(), QueueKeys.notification(job.id())),
            List.of(
                entry.id(),
                Lane.of(job.cause()).stream(),
                job.fields().encode(),
                "d|" + device,
                DeviceResult.queued(device).encode()))
        .map(done -> done == null ? 0 : done.toInteger());
  }
}
