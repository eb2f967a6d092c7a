package dev.switchboard.push.send;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all nodes together may send to a provider in a minute, evenly spread. Taken from Redis in
 * portions; what is not for a ring leaves a tenth for rings. With Redis away nothing is held back.
 * Belongs to the event loop of its link.
 */
public final class Budget {
  private static final Script TAKE = Script.load(Budget.class, "push_budget");
  private static final int PORTION = 50;
  private static final double LEFT_FOR_RINGS = 0.1;

  private final RedisLink link;
  private final String key;
  private final long perMinute;
  private int inHand;
  private @Nullable Future<Integer> asking;

  public Budget(RedisLink link, String key, long perMinute) {
    this.link = link;
    this.key = key;
    this.perMinute = perMinute;
  }

  /** Takes one; false if there is none left for now. */
  Future<Boolean> take(boolean ring) {
    if (inHand > 0) {
      inHand--;
      return Future.succeededFuture(true);
    }
    if (ring) {
      return ask(1, 0).map(granted -> granted > 0).otherwise(true);
    }
    return portion().compose(granted -> granted == 0 ? Future.succeededFuture(false) : take(false));
  }

  /** One request for all that find the hand empty; answers what it brought. */
  private Future<Integer> portion() {
    Future<Integer> under = asking;
    if (under != null) {
      return under;
    }
    Future<Integer> asked =
        ask(PORTION, LEFT_FOR_RINGS)
            .otherwise(PORTION)
            .onSuccess(
                granted -> {
                  asking = null;
                  inHand += granted;
                });
    if (!asked.isComplete()) {
      asking = asked;
    }
    return asked;
  }

  private Future<Integer> ask(int wanted, double leave) {
    return link.run(
            TAKE,
            List.of(key),
            List.of(Long.toString(perMinute), Integer.toString(wanted), Double.toString(leave)))
        .map(granted -> granted == null ? 0 : granted.toInteger());
  }
}
