package dev.switchboard.signaling.calls;

import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
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
  private static final int BATCH = 256;
  private static final Logger log = LoggerFactory.getLogger(CallRecords.class);
  private static final String INSERT =
      """
      INSERT INTO call_records (call_id, caller_id, callee_id, call_type, state, reason,
        created_at, accepted_at, ended_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      ON CONFLICT (call_id) DO NOTHING
      """;

  private final Vertx vertx;
  private final RedisLink redis;
  private final Pool postgres;
  private final String consumer;
  private long timer = -1;
  private boolean grouped;
  private boolean writing;
  private boolean saidAway;
  private int rounds;

  /** A writer under the name of its node. */
  public CallRecords(Vertx vertx, RedisLink redis, Pool postgres, String consumer) {
    this.vertx = vertx;
    this.redis = redis;
    this.postgres = postgres;
    this.consumer = consumer;
  }

  /** Looks for records from now on. */
  public void start() {
    timer = vertx.setPeriodic(LOOK_MILLIS, id -> look());
  }

  /** Stops looking; what is under way is finished, or taken over by another node. */
  public void stop() {
    saidAway = true;
    vertx.cancelTimer(timer);
  }

  private void look() {
    if (writing || !redis.isUp()) {
      return;
    }
    writing = true;
    group()
        .compose(ready -> ++rounds % 20 == 0 ? abandoned() : fresh())
        .compose(this::write)
        .onComplete(
            done -> {
              writing = false;
              if (done.failed()) {
                grouped = false;
                if (!saidAway) {
                  log.warn("call records wait in Redis: {}", done.cause().getMessage());
                }
              }
              saidAway = done.failed();
            });
  }

  private Future<Void> group() {
    if (grouped) {
      return Future.succeededFuture();
    }
    return redis
        .send(
            Request.cmd(Command.XGROUP)
                .arg("CREATE")
                .arg(CallKeys.RECORDS)
                .arg(GROUP)
                .arg("0")
                .arg("MKSTREAM"))
        .<Void>mapEmpty()
        .recover(
            failure ->
                String.valueOf(failure.getMessage()).startsWith("BUSYGROUP")
                    ? Future.succeededFuture()
                    : Future.failedFuture(failure))
        .onSuccess(done -> grouped = true);
  }

  private Future<@Nullable Response> fresh() {
    // Own entries whose write failed come first: reading "0" lists them, ">" the new ones.
    return read("0")
        .compose(own -> own != null && own.size() > 0 ? Future.succeededFuture(own) : read(">"));
  }

  private Future<@Nullable Response> read(String from) {
    return redis
        .send(
            Request.cmd(Command.XREADGROUP)
                .arg("GROUP")
                .arg(GROUP)
                .arg(consumer)
                .arg("COUNT")
                .arg(BATCH)
                .arg("STREAMS")
                .arg(CallKeys.RECORDS)
                .arg(from))
        .map(CallRecords::entriesOfOneStream);
  }

  private static @Nullable Response entriesOfOneStream(@Nullable Response streams) {
    if (streams == null || streams.size() == 0) {
      return null;
    }
    for (String key : streams.getKeys()) {
      return streams.get(key);
    }
    return streams.get(0).get(1);
  }

  private Future<@Nullable Response> abandoned() {
    return redis
        .send(
            Request.cmd(Command.XAUTOCLAIM)
                .arg(CallKeys.RECORDS)
                .arg(GROUP)
                .arg(consumer)
                .arg(CLAIM_IDLE_MILLIS)
                .arg("0-0")
                .arg("COUNT")
                .arg(BATCH))
        .map(claimed -> claimed == null ? null : claimed.get(1));
  }

  private Future<Void> write(@Nullable Response entries) {
    List<Call> calls = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (int i = 0; entries != null && i < entries.size(); i++) {
      Response entry = entries.get(i);
      if (entry == null || entry.size() < 2 || entry.get(1) == null) {
        continue; // deleted in the meantime
      }
      String id = entry.get(0).toString();
      ids.add(id);
      Call call = call(id, entry.get(1));
      if (call != null) {
        calls.add(call);
      }
    }
    return ids.isEmpty()
        ? Future.succeededFuture()
        : store(calls).compose(done -> acknowledge(ids));
  }

  private static @Nullable Call call(String id, Response fields) {
    try {
      return CallFields.read(new JsonObject(fields.get(CallStore.RECORD).toString()));
    } catch (DecodeException
        | IllegalArgumentException
        | ClassCastException
        | NullPointerException unreadable) {
      log.error("entry {} of {} is not the record of a call", id, CallKeys.RECORDS, unreadable);
      return null;
    }
  }

  private Future<Void> store(List<Call> calls) {
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
  private Future<Void> oneByOne(List<Call> calls) {
    Future<Void> stored = Future.succeededFuture();
    for (Call call : calls) {
      stored = stored.compose(earlier -> store(call));
    }
    return stored;
  }

  private Future<Void> store(Call call) {
    return Postgres.guard(postgres.preparedQuery(INSERT).execute(row(call)))
        .<Void>mapEmpty()
        .recover(
            failure -> {
              if (!Postgres.isBadValue(failure)) {
                return Future.failedFuture(failure);
              }
              log.atError()
                  .addKeyValue(LogKeys.CALL, call.callId())
                  .log("the record of a call is lost: {}", failure.getMessage());
              return Future.succeededFuture();
            });
  }

  private static Tuple row(Call call) {
    return Tuple.of(
            call.callId(),
            call.callerId(),
            call.calleeId(),
            call.callType(),
            call.state().wireName(),
            String.valueOf(call.reason()))
        .addLong(call.createdAt())
        .addLong(call.acceptedAt() == 0 ? null : call.acceptedAt())
        .addLong(call.endedAt());
  }

  private Future<Void> acknowledge(List<String> ids) {
    Request ack = Request.cmd(Command.XACK).arg(CallKeys.RECORDS).arg(GROUP);
    Request delete = Request.cmd(Command.XDEL).arg(CallKeys.RECORDS);
    ids.forEach(
        id -> {
          ack.arg(id);
          delete.arg(id);
        });
    return redis.send(ack).compose(acked -> redis.send(delete)).mapEmpty();
  }
}
