package dev.switchboard.signaling.history;

import dev.switchboard.shared.postgres.Postgres;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The records of calls that are over. Used on any thread; futures fail with {@link
 * dev.switchboard.shared.redis.StoreUnavailableException} while Postgres is away.
 */
public final class PastCalls {
  /** What stands in place of a user who has been erased. */
  public static final String DELETED = "deleted";

  /** How that is stored: no user can have this id. */
  private static final String NOBODY = "";

  private static final String FIND = "SELECT * FROM call_records WHERE call_id = $1";
  private static final String OF_USER =
      """
      SELECT * FROM call_records
      WHERE caller_id = $1 OR (callee_id = $1 AND NOT hidden)
      ORDER BY created_at DESC, call_id DESC
      """;
  private static final String ERASE =
      """
      UPDATE call_records SET metadata = NULL,
        quality =
          NULLIF(quality - CASE WHEN caller_id = $1 THEN 'caller' ELSE 'callee' END, '{}'),
        caller_id = CASE WHEN caller_id = $1 THEN '' ELSE caller_id END,
        callee_id = CASE WHEN callee_id = $1 THEN '' ELSE callee_id END
      WHERE caller_id = $1 OR callee_id = $1
      RETURNING call_id
      """;
  private static final String DROP_NOBODYS =
      "DELETE FROM call_records WHERE call_id = ANY ($1) AND caller_id = '' AND callee_id = ''";

  private final Pool postgres;

  public PastCalls(Pool postgres) {
    this.postgres = postgres;
  }

  /**
   * A record, for whoever may see it.
   *
   * @param hidden true if its callee must not know of it
   */
  public record Found(JsonObject call, boolean hidden) {}

  /** The record of a call. */
  public Future<Optional<Found>> find(String callId) {
    return query(FIND, Tuple.of(callId))
        .map(
            rows -> {
              for (Row row : rows) {
                return Optional.of(new Found(json(row), row.getBoolean("hidden")));
              }
              return Optional.empty();
            });
  }

  /** All that a user may know of, newest first. */
  public Future<List<JsonObject>> ofUser(String userId) {
    return query(OF_USER, Tuple.of(userId))
        .map(
            rows -> {
              List<JsonObject> calls = new ArrayList<>(rows.size());
              rows.forEach(row -> calls.add(json(row)));
              return calls;
            });
  }

  /** Takes a user out of the records, which stay for the other party. */
  public Future<Void> erase(String userId) {
    return query(ERASE, Tuple.of(userId))
        .compose(
            rows -> {
              List<String> ids = new ArrayList<>(rows.size());
              rows.forEach(row -> ids.add(row.getString("call_id")));
              return query(DROP_NOBODYS, Tuple.of((Object) ids.toArray(String[]::new)));
            })
        .mapEmpty();
  }

  private Future<RowSet<Row>> query(String sql, Tuple values) {
    return Postgres.guard(postgres.preparedQuery(sql).execute(values));
  }

  static JsonObject json(Row row) {
    Long accepted = row.getLong("accepted_at");
    long ended = row.getLong("ended_at");
    JsonObject call =
        new JsonObject()
            .put("callId", row.getString("call_id"))
            .put("callerId", shown(row.getString("caller_id")))
            .put("calleeId", shown(row.getString("callee_id")))
            .put("callType", row.getString("call_type"))
            .put("state", row.getString("state"))
            .put("reason", row.getString("reason"))
            .put("createdAt", row.getLong("created_at"))
            .put("acceptedAt", accepted)
            .put("endedAt", ended)
            .put("durationMs", accepted == null ? 0 : ended - accepted);
    Long relayed = row.getLong("relayed_bytes");
    if (relayed != null) {
      call.put("relayedBytes", relayed);
    }
    JsonObject quality = row.getJsonObject("quality");
    if (quality != null) {
      call.put("quality", quality);
    }
    String metadata = row.getString("metadata");
    return metadata == null ? call : call.put("metadata", new JsonObject(metadata));
  }

  private static String shown(String userId) {
    return userId.equals(NOBODY) ? DELETED : userId;
  }
}
