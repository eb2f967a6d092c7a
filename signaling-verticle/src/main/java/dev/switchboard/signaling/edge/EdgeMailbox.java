package dev.switchboard.signaling.edge;

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

/**
 * The way through Redis to an edge that the bus does not reach: either its node has died, or the
 * network is in two parts that both reach Redis. An edge that lives fetches its mail whenever it
 * renews its lease. One that the bus has lost and that does not is dead; one that may only stand
 * still has until its lease is over. One for a process; any thread may send.
 */
public final class EdgeMailbox {
  /** How long an edge may take to fetch its mail: two renewals of its lease. */
  static final long FETCHED_MILLIS = 2_000;

  /** When mail is looked for first: an edge that has got some fetches more every 200 ms. */
  private static final long FIRST_LOOK_MILLIS = 300;

  /** How often mail for an edge that may only stand still is looked for after that. */
  private static final long LOOK_MILLIS = 1_000;

  /** A safeguard, should nobody take back what is not fetched; longer than a lease. */
  private static final long LIFE_MILLIS = 5 * FETCHED_MILLIS;

  /** As {@code edge_sweep} has it. */
  private static final long SWEPT_LIFE_MILLIS = 86_400_000;

  private static final int MOST = 4_000;
  private static final String PRELUDE = "edge_prelude";
  private static final Script LEAVE = Script.load(EdgeMailbox.class, "edge_mail", PRELUDE);
  private static final Script LOOK = Script.load(EdgeMailbox.class, "edge_mail_look", PRELUDE);

  private final Vertx vertx;
  private final Context context;
  private final RedisLink redis;
  private final EdgeBatchCodec codec;
  private final InstantSource clock;
  private final Map<EdgeId, Integer> underWay = new ConcurrentHashMap<>();
  private final Map<EdgeId, Integer> inDoubt = new ConcurrentHashMap<>();

  /** What becomes of mail that is not fetched, as {@code edge_mail_look} has it. */
  private enum Unfetched {
    /** It lies there until the lease of its edge is over. */
    LEFT("wait"),
    /** It is taken back, and its sender sees to what follows. */
    TAKEN_BACK("take");

    final String argument;

    Unfetched(String argument) {
      this.argument = argument;
    }
  }

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
   * earlier one will arrive yet, nothing is sent: it could not be in order. The edge hears then
   * that its clients have missed something.
   *
   * @param patient whether the edge may only stand still: {@link Receipt#STALE} then says that its
   *     lease is over, and that it will send its clients away should it live
   */
  Future<Receipt> send(EdgeId target, EdgeEnvelope envelope, boolean patient) {
    if (inDoubt.containsKey(target)) {
      return Future.succeededFuture(Receipt.UNKNOWN);
    }
    underWay.merge(target, 1, Integer::sum);
    Buffer bytes = Buffer.buffer();
    codec.encodeToWire(bytes, new EdgeBatch(List.of(envelope)));
    Promise<Receipt> answer = Promise.promise();
    context.runOnContext(
        now ->
            leave(target.toString(), bytes, patient)
                .onSuccess(receipt -> oneLess(underWay, target))
                .onFailure(away -> failed(target, bytes))
                .otherwise(Receipt.UNKNOWN)
                .onComplete(answer));
    return answer.future();
  }

  private static void oneLess(Map<EdgeId, Integer> counts, EdgeId target) {
    counts.computeIfPresent(target, (id, n) -> n == 1 ? null : n - 1);
  }

  /**
   * A Redis that hung may yet leave the message, and one that is gone since it was left has it
   * still when it is back: until that is certain it is under way, and the edge does not get what
   * follows.
   */
  private void failed(EdgeId target, Buffer bytes) {
    inDoubt.merge(target, 1, Integer::sum);
    lookFor(target, bytes);
  }

  /** Redis has dealt with all that came before, once it has answered for as long as mail lies. */
  private void lookFor(EdgeId target, Buffer bytes) {
    vertx
        .timer(FETCHED_MILLIS)
        .compose(later -> look(target.toString(), bytes, Unfetched.TAKEN_BACK))
        .onFailure(away -> lookFor(target, bytes))
        .onSuccess(
            settled -> {
              oneLess(inDoubt, target);
              oneLess(underWay, target);
              tellOfLoss(target);
            });
  }

  /**
   * Lets an edge know, should it live, that its clients have missed something, or that what it had
   * is being cleared away: now, or once Redis is there.
   */
  void tellOfLoss(EdgeId target) {
    context.runOnContext(
        now ->
            redis
                .send(
                    Request.cmd(Command.SET)
                        .arg(SignalingKeys.swept(target.toString()))
                        .arg(clock.millis())
                        .arg("PX")
                        .arg(SWEPT_LIFE_MILLIS))
                .onFailure(away -> vertx.setTimer(FETCHED_MILLIS, later -> tellOfLoss(target))));
  }

  private Future<Receipt> leave(String edge, Buffer envelope, boolean patient) {
    List<String> arguments =
        List.of(
            edge,
            Long.toString(clock.millis()),
            Long.toString(LIFE_MILLIS),
            Integer.toString(MOST));
    return redis
        .run(LEAVE, List.of(SignalingKeys.mailbox(edge)), arguments, List.of(envelope))
        .compose(
            answer ->
                switch (answer == null ? -1 : answer.toInteger()) {
                  case 0 -> Future.succeededFuture(Receipt.STALE);
                  case 1 -> fetched(edge, envelope, patient, 0);
                  default -> Future.succeededFuture(Receipt.UNKNOWN);
                });
  }

  private Future<Receipt> fetched(
      String edge, Buffer envelope, boolean patient, long waitedMillis) {
    long pause =
        waitedMillis == 0
            ? FIRST_LOOK_MILLIS
            : Math.max(FETCHED_MILLIS - waitedMillis, LOOK_MILLIS);
    long waited = waitedMillis + pause;
    Unfetched unfetched =
        patient || waited < FETCHED_MILLIS ? Unfetched.LEFT : Unfetched.TAKEN_BACK;
    return vertx
        .timer(pause)
        .compose(later -> look(edge, envelope, unfetched))
        .compose(
            receipt ->
                receipt == Receipt.UNKNOWN
                    ? fetched(edge, envelope, patient, waited)
                    : Future.succeededFuture(receipt));
  }

  /** Unknown if it lies there yet. */
  private Future<Receipt> look(String edge, Buffer envelope, Unfetched unfetched) {
    return redis
        .run(
            LOOK,
            List.of(SignalingKeys.mailbox(edge)),
            List.of(edge, Long.toString(clock.millis()), unfetched.argument),
            List.of(envelope))
        .map(
            answer ->
                switch (answer == null ? 1 : answer.toInteger()) {
                  case 0 -> Receipt.STALE;
                  case 1 -> Receipt.DELIVERED;
                  default -> Receipt.UNKNOWN;
                });
  }
}
