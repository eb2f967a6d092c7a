package dev.switchboard.push.tokens;

import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.timeline.TimelineKeys;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All that push keeps of one user's devices, to be shown or deleted. Belongs to the event loop of
 * its link; futures fail as those of {@link TokenStore}.
 */
public final class UserTokens {
  private static final int SHOWN = 8;

  /** A room has a token of its own, which says whose it is only by being the same. */
  private static final List<String> OUT_OF_ROOMS =
      List.of(
          "UPDATE rooms SET client1_token = NULL WHERE lower(client1_token) IN (SELECT lower(token)"
              + " FROM push_tokens WHERE user_id = $1)",
          "UPDATE rooms SET client2_token = NULL WHERE lower(client2_token) IN (SELECT lower(token)"
              + " FROM push_tokens WHERE user_id = $1)",
          "UPDATE pendings SET client1_token = NULL WHERE lower(client1_token) IN (SELECT"
              + " lower(token) FROM push_tokens WHERE user_id = $1)");

  private static final String DELETE =
      "DELETE FROM push_tokens WHERE user_id = $1 RETURNING id, user_id, type, app, device_id";
  private static final String FORGET_FORMER =
      "UPDATE push_tokens SET former_user = NULL, former_device = NULL WHERE former_user = $1";

  private final Pool postgres;
  private final RedisLink link;
  private final TokenStore store;
  private final ReachIndex reach;

  public UserTokens(Pool postgres, RedisLink link, TokenStore store, ReachIndex reach) {
    this.postgres = postgres;
    this.link = link;
    this.store = store;
    this.reach = reach;
  }

  /** {@code devices}, tokens cut; empty for a user without any. */
  public Future<JsonObject> export(String userId) {
    return store
        .list(userId)
        .map(
            tokens ->
                tokens.isEmpty()
                    ? new JsonObject()
                    : new JsonObject()
                        .put(
                            "devices",
                            new JsonArray(tokens.stream().map(UserTokens::show).toList())));
  }

  private static JsonObject show(DeviceToken token) {
    String text = token.token();
    return new JsonObject()
        .put("id", token.id().toString())
        .put("type", token.type().wireName())
        .put("app", token.app())
        .put("token", text.substring(0, Math.min(SHOWN, text.length() / 2)) + "…")
        .put("deviceId", token.deviceId())
        .put("platform", token.platform())
        .put("active", token.active())
        .put("createdAt", token.createdAt().toEpochMilli())
        .put("updatedAt", token.updatedAt().toEpochMilli());
  }

  /** Deletes tokens, subscriptions and their traces. */
  public Future<Void> erase(String userId) {
    Future<?> rooms = Future.succeededFuture();
    for (String statement : OUT_OF_ROOMS) {
      rooms = rooms.compose(done -> query(statement, userId));
    }
    return rooms
        .compose(cleared -> reachOf(userId))
        .compose(
            before ->
                query(DELETE, userId)
                    .map(
                        rows -> {
                          Set<ReachField> touched = new HashSet<>(before);
                          touched.addAll(DeviceRows.fields(rows));
                          return touched;
                        }))
        .compose(reach::reconcile)
        .compose(settled -> query(FORGET_FORMER, userId))
        .compose(
            forgotten -> link.send(Request.cmd(Command.DEL).arg(TimelineKeys.failures(userId))))
        .mapEmpty();
  }

  /** What the index says, rightly or not. */
  private Future<Set<ReachField>> reachOf(String userId) {
    return link.send(Request.cmd(Command.HKEYS).arg(PushJobs.reach(userId)))
        .map(
            answer -> {
              Set<ReachField> fields = new HashSet<>();
              if (answer != null) {
                for (Response field : answer) {
                  ReachField.parse(userId, field.toString()).ifPresent(fields::add);
                }
              }
              return fields;
            });
  }

  private Future<RowSet<Row>> query(String sql, String userId) {
    return Postgres.guard(postgres.preparedQuery(sql).execute(Tuple.of(userId)));
  }
}
