package dev.switchboard.signaling.edge;

import dev.switchboard.shared.redis.InDoubtWrites;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.signaling.SignalingKeys;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The way through Redis to an edge that the bus does not reach: either its node has died, or the
 * network is in two parts that both reach Redis. An edge that lives fetches its mail whenever it
 * renews its lease; one that does not is dead. One for a process; any thread may send.
 */
public final class EdgeMailbox {
  /** How long an edge may take to fetch its mail: two renewals of its lease. */
  static final long FETCHED_MILLIS = 2_000;

  /** A safeguard, should nobody take back what is not fetched. */
  private static final long LIFE_MILLIS = 5 * FETCHED_MILLIS;

  /** As {@code edge_sweep} has it. */
  private static final long SWEPT_LIFE_MILLIS = 86_400_000;

  private static final int MOST = 2_000;
  private static final Script LEAVE = Script.load(EdgeMailbox.class, "edge_mail");

  private final Vertx vertx;
  private final Context context;
  private final RedisLink redis;
  private final EdgeBatchCodec codec;
  private final InstantSource clock;
  private final Map<EdgeId, Integer> underWay = new ConcurrentHashMap<>();
  private final Map<EdgeId, Integer> inDoubt = new ConcurrentHashMap<>();

  /** Sends over the link of the edge whose loop calls this. */
  public EdgeMailbox(Vertx vertx, RedisLink redis, EdgeBatchCodec codec, InstantSource clock) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.redis = redis;
    this.codec = codec;
    this.clock = clock;
  }

  /** True while messages to this edge are on their way, which later ones must not overtake. */
  boolean isUnderWayTo(EdgeId target) {
    return underWay.containsKey(target);
  }

  /**
   * Sends an envelope; never fails. Completes on any thread. While it is in doubt whether an
   * earlier one will arrive yet, nothing is sent: it could not be in order.
   */
  Future<Receipt> send(EdgeId target, EdgeEnvelope envelope) {
    if (inDoubt.containsKey(target)) {
      return Future.succeededFuture(Receipt.UNKNOWN);
    }
    underWay.merge(target, 1, Integer::sum);
    Buffer bytes = Buffer.buffer();
    codec.encodeToWire(bytes, new EdgeBatch(List.of(envelope)));
    Promise<Receipt> answer = Promise.promise();
    AtomicBoolean left = new AtomicBoolean();
    context.runOnContext(
        now ->
            leave(target.toString(), bytes, left)
                .onSuccess(receipt -> oneLess(underWay, target))
                .onFailure(
                    failure ->
                        failed(target, bytes, left.get() || InDoubtWrites.isInDoubt(failure)))
                .otherwise(Receipt.UNKNOWN)
                .onComplete(answer));
    return answer.future();
  }

  private static void oneLess(Map<EdgeId, Integer> counts, EdgeId target) {
    counts.computeIfPresent(target, (id, n) -> n == 1 ? null : n - 1);
  }

  /**
   * A Redis that hung may yet leave the message, and one that is gone since it was left has it
   * still when it is back: until that is certain it is under way.
   */
  private void failed(EdgeId target, Buffer bytes, boolean mayArrive) {
    if (mayArrive) {
      inDoubt.merge(target, 1, Integer::sum);
      lookFor(target, bytes);
    } else {
      oneLess(underWay, target);
    }
  }

  /** Redis has dealt with all that came before, once it has answered for as long as mail lies. */
  private void lookFor(EdgeId target, Buffer bytes) {
    vertx
        .timer(FETCHED_MILLIS)
        .compose(later -> takeBack(SignalingKeys.mailbox(target.toString()), bytes))
        .onFailure(away -> lookFor(target, bytes))
        .onSuccess(
            settled -> {
              oneLess(inDoubt, target);
              oneLess(underWay, target);
            });
  }

  /**
   * Lets an edge know, should it live after all, that what it had is being cleared away: it has
   * stood still, and its lease may be over or not.
   */
  void takenForDead(EdgeId target) {
    context.runOnContext(
        now ->
            redis.send(
                Request.cmd(Command.SET)
                    .arg(SignalingKeys.swept(target.toString()))
                    .arg(clock.millis())
                    .arg("PX")
                    .arg(SWEPT_LIFE_MILLIS)));
  }

  /** Sets {@code left} once the message is there. */
  private Future<Receipt> leave(String edge, Buffer envelope, AtomicBoolean left) {
    List<String> arguments =
        List.of(
            edge,
            Long.toString(clock.millis()),
            Long.toString(LIFE_MILLIS),
            Integer.toString(MOST));
    return redis
        .run(
            LEAVE,
            List.of(SignalingKeys.LEASES, SignalingKeys.mailbox(edge)),
            arguments,
            List.of(envelope))
        .compose(
            answer ->
                switch (answer == null ? -1 : answer.toInteger()) {
                  case 0 -> Future.succeededFuture(Receipt.STALE);
                  case 1 -> {
                    left.set(true);
                    yield vertx
                        .timer(FETCHED_MILLIS)
                        .compose(later -> takeBack(SignalingKeys.mailbox(edge), envelope));
                  }
                  default -> Future.succeededFuture(Receipt.UNKNOWN);
                });
  }

  private Future<Receipt> takeBack(String key, Buffer envelope) {
    return redis
        .send(Request.cmd(Command.LREM).arg(key).arg(1).arg(envelope))
        .map(
            removed ->
                removed == null || removed.toInteger() == 0 ? Receipt.DELIVERED : Receipt.STALE);
  }
}
