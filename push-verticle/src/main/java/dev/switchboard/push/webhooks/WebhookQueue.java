package dev.switchboard.push.webhooks;

import dev.switchboard.shared.redis.DueSet;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.webhooks.WebhookEntry;
import dev.switchboard.shared.webhooks.WebhookKeys;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Events that wait: a list for each subject, and when its first is due. Who claims a subject sends
 * its events one after another. Belongs to the event loop of its link; futures fail as those of
 * {@link RedisLink}.
 */
final class WebhookQueue {
  private static final Script SETTLE = Script.load(WebhookQueue.class, "webhook_settle");
  private static final Script FILE =
      Script.load(WebhookQueue.class, "webhook_file", "webhook_prelude");
  private static final Script LOOK = Script.load(WebhookQueue.class, "webhook_look");

  private final RedisLink link;
  private final DueSet due;

  WebhookQueue(RedisLink link) {
    this.link = link;
    this.due = new DueSet(link, WebhookKeys.DUE);
  }

  /** What an attempt came to, as the script names it. */
  enum Verdict {
    DELIVERED("delivered"),
    FAILED("failed"),
    DEAD("dead");

    private final String word;

    Verdict(String word) {
      this.word = word;
    }
  }

  /** The first event of a subject, and how many attempts it has had. */
  record Head(String text, int attempts) {}

  /**
   * How the queue stands.
   *
   * @param waiting subjects
   * @param oldest when the oldest event was filed, milliseconds since the epoch; 0 if none waits
   */
  record State(long waiting, long dead, long dropped, long oldest) {}

  /** True while Redis can be asked. */
  boolean isUp() {
    return link.isUp();
  }

  /** Subjects that are due; each is somebody else's after {@code leaseMillis}. */
  Future<List<String>> claim(long now, long leaseMillis, int atMost) {
    return due.claim(now, leaseMillis, atMost);
  }

  /** The first event of a subject; null if none is left. */
  Future<@Nullable Head> head(String subject) {
    Future<@Nullable Response> entry =
        link.send(Request.cmd(Command.LINDEX).arg(WebhookKeys.queue(subject)).arg(0));
    Future<@Nullable Response> attempts =
        link.send(Request.cmd(Command.HGET).arg(WebhookKeys.ATTEMPTS).arg(subject));
    return Future.all(entry, attempts)
        .map(
            both -> {
              Response text = entry.result();
              Response count = attempts.result();
              return text == null
                  ? null
                  : new Head(text.toString(), count == null ? 0 : count.toInteger());
            });
  }

  /**
   * Ends an attempt at the first event of a subject.
   *
   * @param dueAt when it is due again if it failed, else until when the next event is claimed
   * @return the next event, null if there is none
   */
  Future<@Nullable Head> settle(
      String subject, String entry, Verdict verdict, long dueAt, String reason) {
    return link.run(
            SETTLE,
            List.of(WebhookKeys.queue(subject), WebhookKeys.DUE, WebhookKeys.ATTEMPTS),
            List.of(subject, entry, verdict.word, Long.toString(dueAt), reason))
        .map(
            next ->
                next == null || next.toString().isEmpty() ? null : new Head(next.toString(), 0));
  }

  /** Puts a claimed subject back: it is due at once. */
  Future<Void> release(String subject, long now) {
    return link.send(Request.cmd(Command.ZADD).arg(WebhookKeys.DUE).arg("XX").arg(now).arg(subject))
        .mapEmpty();
  }

  /** Takes a subject off of which nothing is left. */
  Future<Void> forget(String subject) {
    return settle(subject, "", Verdict.DELIVERED, 0, "").mapEmpty();
  }

  /** Files events, in this order: subject and entry. */
  Future<Void> file(List<Map.Entry<String, WebhookEntry>> events, long now) {
    List<String> arguments = new ArrayList<>(1 + 2 * events.size());
    arguments.add(Long.toString(now));
    events.forEach(
        event -> {
          arguments.add(event.getKey());
          arguments.add(event.getValue().encode());
        });
    return link.run(FILE, List.of(), arguments).mapEmpty();
  }

  /** Looks how it stands. */
  Future<State> look() {
    return link.run(
            LOOK, List.of(WebhookKeys.DUE, WebhookKeys.DEAD, WebhookKeys.DROPPED), List.of())
        .map(
            answer ->
                answer == null
                    ? new State(0, 0, 0, 0)
                    : new State(
                        answer.get(0).toLong(),
                        answer.get(1).toLong(),
                        answer.get(2).toLong(),
                        oldest(filedAt(answer.get(3)), filedAt(answer.get(4)))));
  }

  private static long filedAt(Response entry) {
    return WebhookEntry.parse(entry.toString()).map(WebhookEntry::filedAt).orElse(0L);
  }

  private static long oldest(long one, long other) {
    return one == 0 || other == 0 ? Math.max(one, other) : Math.min(one, other);
  }
}
