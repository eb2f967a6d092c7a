package dev.switchboard.signaling.control;

import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose calls users do not want. They live in Postgres; Redis has a copy that the script of a call
 * reads, and that is written anew where Redis has lost it. Futures fail with {@link
 * StoreUnavailableException}; used on the loop of its link.
 */
final class Blocks {
  /** More than anybody needs, so that one user can not fill the stores. */
  static final int MOST = 10_000;

  private static final Logger log = LoggerFactory.getLogger(Blocks.class);
  private static final int REBUILD_PAGE = 1_000;
  private static final String ADD =
      """
      INSERT INTO blocks (user_id, blocked_id, created_at)
      SELECT $1, $2, $3 WHERE (SELECT count(*) FROM blocks WHERE user_id = $1) < $4
        OR EXISTS (SELECT 1 FROM blocks WHERE user_id = $1 AND blocked_id = $2)
      ON CONFLICT (user_id, blocked_id) DO UPDATE SET created_at = blocks.created_at
      RETURNING blocked_id, created_at
      """;
  private static final String REMOVE = "DELETE FROM blocks WHERE user_id = $1 AND blocked_id = $2";
  private static final String FIND =
      "SELECT blocked_id, created_at FROM blocks WHERE user_id = $1 AND blocked_id = $2";
  private static final String LIST =
      """
      SELECT blocked_id, created_at FROM blocks WHERE user_id = $1 AND blocked_id > $2
      ORDER BY blocked_id LIMIT $3
      """;
  private static final String ALL =
      """
      SELECT user_id, blocked_id FROM blocks WHERE (user_id, blocked_id) > ($1, $2)
      ORDER BY user_id, blocked_id LIMIT $3
      """;
  private static final String ERASE =
      "DELETE FROM blocks WHERE user_id = $1 OR blocked_id = $1 RETURNING user_id, blocked_id";

  private final Pool postgres;
  private final RedisLink redis;

  Blocks(Pool postgres, RedisLink redis) {
    this.postgres = postgres;
    this.redis = redis;
  }

  /** One that a user has blocked. */
  record Block(String userId, Instant since) {
    JsonObject json() {
      return new JsonObject().put("userId", userId).put("since", since.toEpochMilli());
    }
  }

  /** Blocks somebody; empty if the user has blocked as many as one may. */
  Future<Optional<Block>> add(String userId, String blocked, Instant now) {
    return whileUp()
        .compose(up -> query(ADD, Tuple.of(userId, blocked, now.atOffset(ZoneOffset.UTC), MOST)))
        .compose(
            rows ->
                rows.size() == 0
                    ? Future.succeededFuture(Optional.empty())
                    : copy(Command.SADD, userId, blocked)
                        .map(Optional.of(blocks(rows).getFirst())));
  }

  /** Lifts a block; doing so twice does no harm. */
  Future<Void> remove(String userId, String blocked) {
    return whileUp()
        .compose(up -> query(REMOVE, Tuple.of(userId, blocked)))
        .compose(gone -> copy(Command.SREM, userId, blocked));
  }

  /** A copy that can't be written would be wrong until the request is repeated. */
  private Future<Void> whileUp() {
    return redis.isUp()
        ? Future.succeededFuture()
        : Future.failedFuture(new StoreUnavailableException("Redis", null));
  }

  private Future<Void> copy(Command change, String userId, String blocked) {
    return redis
        .send(Request.cmd(change).arg(ControlKeys.blocks(userId)).arg(blocked))
        .<Void>mapEmpty()
        .onFailure(failure -> distrust());
  }

  /** What is in Redis may be wrong: it is written anew as soon as that can be. */
  private void distrust() {
    redis
        .send(Request.cmd(Command.DEL).arg(ControlKeys.BLOCKS_COMPLETE))
        .onFailure(failure -> log.warn("a block may not be in Redis until it is set again"));
  }

  /** A block, if there is one. */
  Future<Optional<Block>> find(String userId, String blocked) {
    return query(FIND, Tuple.of(userId, blocked)).map(rows -> blocks(rows).stream().findFirst());
  }

  /** The next of those that a user has blocked, in the order of their ids. */
  Future<List<Block>> list(String userId, String after, int limit) {
    return query(LIST, Tuple.of(userId, after, limit)).map(Blocks::blocks);
  }

  private static List<Block> blocks(RowSet<Row> rows) {
    List<Block> blocks = new ArrayList<>(rows.size());
    for (Row row : rows) {
      blocks.add(
          new Block(row.getString("blocked_id"), row.getOffsetDateTime("created_at").toInstant()));
    }
    return blocks;
  }

  /** Takes a user out, also from the lists of others. */
  Future<Void> erase(String userId) {
    return query(ERASE, Tuple.of(userId))
        .compose(
            rows -> {
              List<Future<Void>> copied = new ArrayList<>(rows.size());
              for (Row row : rows) {
                copied.add(
                    copy(Command.SREM, row.getString("user_id"), row.getString("blocked_id")));
              }
              return Future.join(copied).mapEmpty();
            });
  }

  /** Writes all into Redis where it has lost them. Several nodes may do so at once. */
  Future<Void> rebuildIfLost() {
    if (!redis.isUp()) {
      return Future.succeededFuture();
    }
    return redis
        .send(Request.cmd(Command.EXISTS).arg(ControlKeys.BLOCKS_COMPLETE))
        .compose(
            there ->
                there != null && there.toInteger() == 1
                    ? Future.succeededFuture()
                    : rebuild("", ""));
  }

  private Future<Void> rebuild(String user, String blocked) {
    return query(ALL, Tuple.of(user, blocked, REBUILD_PAGE))
        .compose(
            rows -> {
              List<Future<Void>> copied = new ArrayList<>(rows.size());
              String lastUser = user;
              String lastBlocked = blocked;
              for (Row row : rows) {
                lastUser = row.getString("user_id");
                lastBlocked = row.getString("blocked_id");
                copied.add(copy(Command.SADD, lastUser, lastBlocked));
              }
              Future<Void> written = Future.all(copied).mapEmpty();
              String nextUser = lastUser;
              String nextBlocked = lastBlocked;
              return rows.size() < REBUILD_PAGE
                  ? written.compose(last -> complete())
                  : written.compose(next -> rebuild(nextUser, nextBlocked));
            });
  }

  private Future<Void> complete() {
    return redis
        .send(Request.cmd(Command.SET).arg(ControlKeys.BLOCKS_COMPLETE).arg("1"))
        .mapEmpty();
  }

  private Future<RowSet<Row>> query(String sql, Tuple values) {
    return Postgres.guard(postgres.preparedQuery(sql).execute(values));
  }
}
