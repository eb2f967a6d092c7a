package dev.switchboard.signaling.edge;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.role.EdgeId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way round by Redis to an edge whose node the bus has lost: either it has died, or the network
 * is in two parts that both reach Redis. An edge that lives looks for its mail whenever it renews
 * its lease; one that does not come for it is dead. One for a process; any thread may send.
 */
public final class EdgeMail {
  /** How long an edge may take to come for its mail: two renewals of its lease. */
  static final long FETCHED_MILLIS = 2_000;

  /** A safeguard, should nobody take back what is not fetched. */
  private static final long LIES_MILLIS = 5 * FETCHED_MILLIS;

  private static final int MOST = 2_000;
  private static final Script LEAVE = Script.load(EdgeMail.class, "edge_mail");

  private final Vertx vertx;
  private final Context context;
  private final RedisLink redis;
  private final InstantSource clock;
  private final Map<EdgeId, Integer> underWay = new ConcurrentHashMap<>();

  /** Sends over the link of the edge whose loop calls this. */
  public EdgeMail(Vertx vertx, RedisLink redis, InstantSource clock) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.redis = redis;
    this.clock = clock;
  }

  /** True while messages to this edge are on their way, which later ones must not overtake. */
  boolean isUnderWayTo(EdgeId target) {
    return underWay.containsKey(target);
  }

  /** Sends a letter; never fails. Completes on any thread. */
  Future<Receipt> send(EdgeId target, EdgeLetter letter) {
    underWay.merge(target, 1, Integer::sum);
    Promise<Receipt> answer = Promise.promise();
    context.runOnContext(
        now ->
            leave(target.toString(), letter.write())
                .otherwise(Receipt.UNKNOWN)
                .onSuccess(
                    receipt -> {
                      underWay.computeIfPresent(target, (id, n) -> n == 1 ? null : n - 1);
                      answer.complete(receipt);
                    }));
    return answer.future();
  }

  private Future<Receipt> leave(String edge, String letter) {
    List<String> arguments =
        List.of(
            edge,
            Long.toString(clock.millis()),
            letter,
            Long.toString(LIES_MILLIS),
            Integer.toString(MOST));
    return redis
        .run(LEAVE, List.of(EdgeKeys.LEASES, EdgeKeys.mail(edge)), arguments)
        .compose(
            left ->
                switch (left == null ? -1 : left.toInteger()) {
                  case 0 -> Future.succeededFuture(Receipt.NO_SESSION);
                  case 1 ->
                      vertx
                          .timer(FETCHED_MILLIS)
                          .compose(later -> takeBack(EdgeKeys.mail(edge), letter));
                  default -> Future.succeededFuture(Receipt.UNKNOWN);
                });
  }

  private Future<Receipt> takeBack(String key, String letter) {
    return redis
        .send(Request.cmd(Command.LREM).arg(key).arg(1).arg(letter))
        .map(
            removed ->
                removed == null || removed.toInteger() == 0
                    ? Receipt.DELIVERED
                    : Receipt.NO_SESSION);
  }
}
