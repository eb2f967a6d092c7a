package dev.switchboard.signaling.history;

import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.postgres.Postgres;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/v1/calls}: a user's finished calls, newest first. */
public final class CallRoutes {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 200;
  private static final String SELECT =
      """
      SELECT * FROM call_records
      WHERE (caller_id = $1 OR callee_id = $1)
        AND (created_at, call_id) < ($2, $3)
      ORDER BY created_at DESC, call_id DESC LIMIT $4
      """;

  private final Pool postgres;
  private final HttpAccess access;

  public CallRoutes(Pool postgres, HttpAccess access) {
    this.postgres = postgres;
    this.access = access;
  }

  public void mount(Router router) {
    router.get("/api/v1/calls").handler(this::list);
  }

  /** Where a page begins: behind this call. */
  private record Cursor(long createdAt, String callId) {
    static final Cursor NEWEST = new Cursor(Long.MAX_VALUE, "");

    String text() {
      byte[] plain = (createdAt + "." + callId).getBytes(StandardCharsets.UTF_8);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(plain);
    }

    /** A cursor of ours, or a time in milliseconds; null for anything else. */
    static @Nullable Cursor parse(String text) {
      try {
        if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
          return new Cursor(Long.parseLong(text), "");
        }
        String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        int dot = plain.indexOf('.');
        return dot < 1
            ? null
            : new Cursor(Long.parseLong(plain.substring(0, dot)), plain.substring(dot + 1));
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
  }

  private void list(RoutingContext context) {
    MultiMap query = context.queryParams();
    access
        .caller(context.request())
        .map(caller -> caller.orElseThrow(() -> new HttpException(401, "Authentication required")))
        .compose(caller -> page(caller.userId(), limit(query), before(query)))
        .compose(context::json)
        .onFailure(failure -> Answers.fail(context, failure));
  }

  private static int limit(MultiMap query) {
    String text = query.get("limit");
    try {
      int limit = text == null ? DEFAULT_LIMIT : Integer.parseInt(text);
      if (limit >= 1) {
        return Math.min(MAX_LIMIT, limit);
      }
    } catch (NumberFormatException e) {
      // refused as any other
    }
    throw new HttpException(400, "limit must be a whole number from 1 to " + MAX_LIMIT);
  }

  private static Cursor before(MultiMap query) {
    String text = query.get("before");
    Cursor before = text == null || text.isEmpty() ? Cursor.NEWEST : Cursor.parse(text);
    if (before == null) {
      throw new HttpException(400, "before must be nextBefore of an earlier answer");
    }
    return before;
  }

  private Future<JsonObject> page(String userId, int limit, Cursor before) {
    return Postgres.guard(
            postgres
                .preparedQuery(SELECT)
                .execute(Tuple.of(userId, before.createdAt(), before.callId(), limit + 1)))
        .map(
            rows -> {
              JsonArray calls = new JsonArray();
              String next = null;
              Row last = null;
              for (Row row : rows) {
                if (calls.size() == limit && last != null) {
                  next = new Cursor(last.getLong("created_at"), last.getString("call_id")).text();
                  break;
                }
                calls.add(json(row));
                last = row;
              }
              return new JsonObject().put("calls", calls).put("nextBefore", next);
            });
  }

  private static JsonObject json(Row row) {
    Long accepted = row.getLong("accepted_at");
    long ended = row.getLong("ended_at");
    JsonObject call =
        new JsonObject()
            .put("callId", row.getString("call_id"))
            .put("callerId", row.getString("caller_id"))
            .put("calleeId", row.getString("callee_id"))
            .put("callType", row.getString("call_type"))
            .put("state", row.getString("state"))
            .put("reason", row.getString("reason"))
            .put("createdAt", row.getLong("created_at"))
            .put("acceptedAt", accepted)
            .put("endedAt", ended)
            .put("durationMs", accepted == null ? 0 : ended - accepted);
    Long relayed = row.getLong("relayed_bytes");
    return relayed == null ? call : call.put("relayedBytes", relayed);
  }
}
