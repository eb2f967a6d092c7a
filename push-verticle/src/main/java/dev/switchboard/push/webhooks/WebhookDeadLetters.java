package dev.switchboard.push.webhooks;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.redis.stream.StreamAnswers;
import dev.switchboard.shared.redis.stream.StreamEntry;
import dev.switchboard.shared.webhooks.WebhookEntry;
import dev.switchboard.shared.webhooks.WebhookKeys;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Events that were not delivered within a day. They stay until they are replayed. Belongs to the
 * event loop of its link; futures fail as those of {@link RedisLink}.
 */
final class WebhookDeadLetters {
  private static final Script REPLAY =
      Script.load(WebhookDeadLetters.class, "webhook_replay", "webhook_prelude");
  private static final Pattern ID = Pattern.compile("\\d{1,18}-\\d{1,18}");
  private static final int PAGE = 200;

  private final RedisLink link;
  private final InstantSource clock;

  WebhookDeadLetters(RedisLink link, InstantSource clock) {
    this.link = link;
    this.clock = clock;
  }

  /** True for what could be the id of one. */
  static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /**
   * Some, the newest first: {@code {dead_letters: [{id, webhook_id, subject, event, reason,
   * attempts, filed_at, died_at}], total, next}}.
   *
   * @param after the last of the page before; empty begins
   */
  Future<JsonObject> list(String after, int limit) {
    Request request =
        Request.cmd(Command.XREVRANGE)
            .arg(WebhookKeys.DEAD)
            .arg(after.isEmpty() ? "+" : "(" + after)
            .arg("-")
            .arg("COUNT")
            .arg(limit);
    return link.send(request)
        .map(StreamAnswers::entries)
        .compose(
            entries ->
                link.send(Request.cmd(Command.XLEN).arg(WebhookKeys.DEAD))
                    .map(
                        total ->
                            new JsonObject()
                                .put("dead_letters", shown(entries))
                                .put("total", total == null ? 0 : total.toLong())
                                .put(
                                    "next",
                                    entries.size() < limit ? null : entries.getLast().id())));
  }

  private static JsonArray shown(List<StreamEntry> entries) {
    JsonArray letters = new JsonArray();
    entries.forEach(entry -> letters.add(show(entry)));
    return letters;
  }

  private static JsonObject show(StreamEntry letter) {
    JsonObject shown =
        new JsonObject()
            .put("id", letter.id())
            .put("subject", letter.field("subject").orElse(""))
            .put("reason", letter.field("reason").orElse(""))
            .put("attempts", letter.number("attempts").orElse(0L))
            .put("died_at", Instant.ofEpochMilli(letter.addedAt()).toString());
    letter
        .field("entry")
        .flatMap(WebhookEntry::parse)
        .ifPresent(
            event ->
                shown
                    .put("webhook_id", event.id())
                    .put("filed_at", Instant.ofEpochMilli(event.filedAt()).toString())
                    .put("event", body(event)));
    return shown;
  }

  private static JsonObject body(WebhookEntry event) {
    try {
      return new JsonObject(event.body());
    } catch (DecodeException e) {
      return new JsonObject();
    }
  }

  /** Files some anew; ids that are none are passed over. Answers how many. */
  Future<Integer> replay(List<String> ids) {
    List<Future<Integer>> all = new ArrayList<>();
    for (String id : ids) {
      if (isId(id)) {
        all.add(range(id, id, 1).compose(this::replayInOrder));
      }
    }
    return Future.all(all).map(done -> all.stream().mapToInt(Future::result).sum());
  }

  /** Files all that are there now anew, the oldest first; answers how many. */
  Future<Integer> replayAll() {
    return replayFrom("-", clock.millis() + "-0", 0);
  }

  /** What dies again meanwhile is left for another time. */
  private Future<Integer> replayFrom(String from, String to, int soFar) {
    return range(from, to, PAGE)
        .compose(
            entries ->
                replayInOrder(entries)
                    .compose(
                        count ->
                            entries.size() < PAGE
                                ? Future.succeededFuture(soFar + count)
                                : replayFrom("(" + entries.getLast().id(), to, soFar + count)));
  }

  private Future<List<StreamEntry>> range(String from, String to, int count) {
    Request request =
        Request.cmd(Command.XRANGE).arg(WebhookKeys.DEAD).arg(from).arg(to).arg("COUNT").arg(count);
    return link.send(request).map(StreamAnswers::entries);
  }

  /** Requests leave in this order, and Redis runs them so. */
  private Future<Integer> replayInOrder(List<StreamEntry> letters) {
    List<Future<Integer>> all = letters.stream().map(this::replay).toList();
    return Future.all(all).map(done -> all.stream().mapToInt(Future::result).sum());
  }

  private Future<Integer> replay(StreamEntry letter) {
    Optional<WebhookEntry> event = letter.field("entry").flatMap(WebhookEntry::parse);
    if (event.isEmpty()) {
      return Future.succeededFuture(0);
    }
    long now = clock.millis();
    WebhookEntry anew = new WebhookEntry(event.get().id(), now, event.get().body());
    return link.run(
            REPLAY,
            List.of(WebhookKeys.DEAD),
            List.of(
                letter.id(), letter.field("subject").orElse(""), anew.encode(), Long.toString(now)))
        .map(done -> done == null ? 0 : done.toInteger());
  }
}
