package dev.switchboard.push.receipts;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.timeline.TimelineKeys;
import dev.switchboard.shared.timeline.TimelineStamp;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes receipts, each once. Belongs to the event loop of its link; futures fail as those of {@link
 * RedisLink}.
 */
public final class Receipts {
  private static final Script TAKE =
      Script.load(Receipts.class, "push_receipt", TimelineKeys.PRELUDE);

  private final RedisLink link;
  private final TimelineStamp stamp;

  public Receipts(RedisLink link, TimelineStamp stamp) {
    this.link = link;
    this.stamp = stamp;
  }

  /** True if it was good; false for one that is forged, used, or too old. */
  Future<Boolean> take(String notificationId, String receipt, boolean shown) {
    String key = "push:notification:" + notificationId;
    return link.send(Request.cmd(Command.HGET).arg(key).arg("receipts"))
        .compose(
            secret ->
                field(secret, receipt)
                    .map(field -> use(key, field, shown))
                    .orElseGet(() -> Future.succeededFuture(false)));
  }

  private static Optional<String> field(@Nullable Response secret, String receipt) {
    return secret == null ? Optional.empty() : Receipt.read(secret.toString(), receipt);
  }

  private Future<Boolean> use(String key, String field, boolean shown) {
    return link.run(
            TAKE, List.of(key), List.of(field, stamp.node(), stamp.lifeMillis(), shown ? "1" : "0"))
        .map(answer -> answer != null && answer.toInteger() == 1);
  }
}
