package dev.switchboard.signaling.history;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.stream.StreamConsumer;
import dev.switchboard.shared.redis.stream.StreamEntry;
import dev.switchboard.shared.relay.RelayTotals;
import dev.switchboard.shared.schedule.PeriodicTask;
import dev.switchboard.signaling.SignalingKeys;
import dev.switchboard.signaling.calls.Call;
import dev.switchboard.signaling.calls.CallFields;
import dev.switchboard.signaling.calls.CallMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes finished calls from the stream into Postgres, in batches. Nothing on a call's path waits
 * for it, and while Postgres is away the records wait in Redis. An entry leaves the stream only
 * once it is written, or refused for a value that Postgres will never take; writing one twice
 * changes nothing. Belongs to one event loop.
 */
public final class CallRecords {
  private static final String GROUP = "history";
  private static final long LOOK_MILLIS = 250;
  private static final long CLAIM_IDLE_MILLIS = 10_000;
  private static final int CLAIM_EVERY_ROUNDS = 20;
  private static final long SILENT_CONSUMER_MILLIS = 3_600_000;
  private static final int BATCH = 256;
  private static final Logger log = LoggerFactory.getLogger(CallRecords.class);

  /** An entry with more reports is the later one; where a user was erased none is added. */
  private static final String INSERT =
      """
      INSERT INTO call_records (call_id, caller_id, callee_id, call_type, state, reason,
        created_at, accepted_at, ended_at, metadata, hidden, quality, quality_reports)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
      ON CONFLICT (call_id) DO UPDATE
      SET quality = EXCLUDED.quality, quality_reports = EXCLUDED.quality_reports
      WHERE EXCLUDED.quality_reports > call_records.quality_reports
        AND EXCLUDED.caller_id = call_records.caller_id
        AND EXCLUDED.callee_id = call_records.callee_id
      """;

  private final Vertx vertx;
  private final RedisLink redis;
  private final Pool postgres;
  private final StreamConsumer stream;
  private final CallMetrics metrics;
  private @Nullable PeriodicTask task;

  /** What Postgres has not taken yet; pending in the stream, too, should this node die. */
  private List<StreamEntry> inHand = List.of();

  private int rounds;

  /** A writer under the name of its node. */
  public CallRecords(
      Vertx vertx, RedisLink redis, Pool postgres, String consumer, CallMetrics metrics) {
    this.vertx = vertx;
    this.redis = redis;
    this.postgres = postgres;
    this.metrics = metrics;
    this.stream = new StreamConsumer(redis, SignalingKeys.CALL_RECORDS, GROUP, consumer);
  }

  /** Looks for records from now on. */
  public void start() {
    task = PeriodicTask.start(vertx, "Writing call records", LOOK_MILLIS, this::look);
  }

  /** Stops looking; what is under way is finished, or claimed by another node. */
  public void stop() {
    if (task != null) {
      task.stop();
    }
  }

  private Future<Void> look() {
    if (!redis.isUp()) {
      return Future.succeededFuture();
    }
    boolean again = !inHand.isEmpty();
    return next()
        .compose(
            entries -> {
              inHand = entries;
              return write(entries, again);
            })
        .onSuccess(written -> inHand = List.of());
  }

  /** Entries whose write failed come first. */
  private Future<List<StreamEntry>> next() {
    if (!inHand.isEmpty()) {
      return Future.succeededFuture(inHand);
    }
    rounds++;
    return rounds % CLAIM_EVERY_ROUNDS == 0 ? abandoned() : stream.read(BATCH);
  }

  /** Those of a node that has died, and those that were read but whose answer was lost. */
  private Future<List<StreamEntry>> abandoned() {
    return stream
        .forgetSilent(SILENT_CONSUMER_MILLIS)
        .transform(forgotten -> stream.claim(CLAIM_IDLE_MILLIS, BATCH));
  }

  private Future<Void> write(List<StreamEntry> entries, boolean again) {
    if (entries.isEmpty()) {
      return Future.succeededFuture();
    }
    List<Ended> calls = new ArrayList<>();
    for (StreamEntry entry : entries) {
      Ended call = ended(entry);
      if (call != null) {
        calls.add(call);
      }
    }
    List<String> ids = calls.stream().map(ended -> ended.call().callId()).toList();
    if (!again) {
      calls.forEach(call -> call.reports().countIn(metrics));
      announce(calls);
    }
    return store(calls)
        .compose(stored -> RelayTotals.sumUp(postgres, ids))
        .compose(summed -> stream.done(entries.stream().map(StreamEntry::id).toList()));
  }

  /** What the relays still carry for them may be ended; where nobody does that, nobody hears it. */
  private void announce(List<Ended> calls) {
    List<String> over =
        calls.stream()
            .filter(call -> !call.reports().isLate())
            .map(call -> call.call().callId())
            .toList();
    if (!over.isEmpty()) {
      vertx
          .eventBus()
          .publish(BusAddresses.CALLS_OVER, new JsonObject().put("callIds", new JsonArray(over)));
    }
  }

  /**
   * A call that is over.
   *
   * @param hidden true if its callee must not know of it
   */
  private record Ended(Call call, boolean hidden, Reports reports) {}

  private static @Nullable Ended ended(StreamEntry entry) {
    try {
      Call call = CallFields.read(new JsonObject(entry.fields().get(CallFields.RECORD)));
      boolean hidden = entry.field(CallFields.HIDDEN).orElse("").equals("1");
      return call == null ? null : new Ended(call, hidden, Reports.of(entry));
    } catch (DecodeException
        | IllegalArgumentException
        | ClassCastException
        | NullPointerException unreadable) {
      log.error(
          "entry {} of {} is not the record of a call",
          entry.id(),
          SignalingKeys.CALL_RECORDS,
          unreadable);
      return null;
    }
  }

  private Future<Void> store(List<Ended> calls) {
    if (calls.isEmpty()) {
      return Future.succeededFuture();
    }
    List<Tuple> rows = calls.stream().map(CallRecords::row).toList();
    return Postgres.guard(postgres.preparedQuery(INSERT).executeBatch(rows))
        .<Void>mapEmpty()
        .recover(
            failure ->
                Postgres.isBadValue(failure) ? oneByOne(calls) : Future.failedFuture(failure));
  }

  /** A record that Postgres will never take holds up no other. */
  private Future<Void> oneByOne(List<Ended> calls) {
    Future<Void> stored = Future.succeededFuture();
    for (Ended call : calls) {
      stored = stored.compose(earlier -> store(call));
    }
    return stored;
  }

  private Future<Void> store(Ended call) {
    return Postgres.guard(postgres.preparedQuery(INSERT).execute(row(call)))
        .<Void>mapEmpty()
        .recover(
            failure -> {
              if (!Postgres.isBadValue(failure)) {
                return Future.failedFuture(failure);
              }
              log.atError()
                  .addKeyValue(LogKeys.CALL, call.call().callId())
                  .log("the record of a call is lost: {}", failure.getMessage());
              return Future.succeededFuture();
            });
  }

  private static Tuple row(Ended ended) {
    Call call = ended.call();
    return Tuple.of(
            call.callId(),
            call.callerId(),
            call.calleeId(),
            call.callType(),
            call.state().wireName(),
            String.valueOf(call.reason()))
        .addLong(call.createdAt())
        .addLong(call.acceptedAt() == 0 ? null : call.acceptedAt())
        .addLong(call.endedAt())
        .addString(call.metadata())
        .addBoolean(ended.hidden())
        .addJsonObject(ended.reports().quality())
        .addInteger(ended.reports().count());
  }
}
