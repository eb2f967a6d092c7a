package dev.switchboard.push.queue;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What operators are told of the queue. Belongs to the event loop of its link; its future fails as
 * those of {@link RedisLink}.
 */
public final class QueueLook {
  private static final Script LOOK = Script.load(QueueLook.class, "push_look");

  private final RedisLink link;
  private final InstantSource clock;

  public QueueLook(RedisLink link, InstantSource clock) {
    this.link = link;
    this.clock = clock;
  }

  /**
   * Looks once: {@code {lanes: [{lane, waiting, inHand, oldestMillis}], retries: {waiting,
   * dueInMillis}, deadLetters}}. {@code oldestMillis} is how long the oldest job has been there;
   * null where there is none. A job that waits behind others is not in hand.
   */
  public Future<JsonObject> take() {
    List<String> keys = new ArrayList<>();
    for (Lane lane : Lane.values()) {
      keys.add(lane.stream());
    }
    keys.add(QueueKeys.RETRIES);
    keys.add(QueueKeys.DEAD);
    return link.run(LOOK, keys, List.of(QueueKeys.GROUP)).map(answer -> show(answer));
  }

  private JsonObject show(@Nullable Response answer) {
    if (answer == null) {
      return new JsonObject();
    }
    JsonArray lanes = new JsonArray();
    for (Lane lane : Lane.values()) {
      lanes.add(show(lane, answer.get(lanes.size())));
    }
    Response retries = answer.get(lanes.size());
    String due = retries.get(1).toString();
    return new JsonObject()
        .put("lanes", lanes)
        .put(
            "retries",
            new JsonObject()
                .put("waiting", retries.get(0).toLong())
                .put("dueInMillis", due.isEmpty() ? null : millis(due) - clock.millis()))
        .put("deadLetters", answer.get(lanes.size() + 1).get(0).toLong());
  }

  private JsonObject show(Lane lane, Response of) {
    long inHand = of.get(1).toLong();
    String oldest = of.get(2).toString();
    return new JsonObject()
        .put("lane", lane.name().toLowerCase(Locale.ROOT))
        .put("waiting", Math.max(0, of.get(0).toLong() - inHand))
        .put("inHand", inHand)
        .put("oldestMillis", oldest.isEmpty() ? null : Math.max(0, clock.millis() - added(oldest)));
  }

  /** The first half of a stream's id is the time of its entry. */
  private static long added(String id) {
    return Long.parseLong(id.substring(0, id.indexOf('-')));
  }

  /** A score may be written with an exponent. */
  private static long millis(String score) {
    return (long) Double.parseDouble(score);
  }
}
