package dev.switchboard.rooms;

import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.shared.webhooks.WebhookEvent;
import dev.switchboard.shared.webhooks.WebhookEvents;
import dev.switchboard.shared.webhooks.WebhookOutbox;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Join codes and rooms in Postgres. A join code past its {@code exp} is never answered, though its
 * row may still be there; a room outlives its code for as long as it is used. Used on any thread.
 * Every future fails with {@link dev.switchboard.shared.redis.StoreUnavailableException} while
 * Postgres is away or hangs.
 */
final class RoomStore {
  /** An operator sees the newest of more rooms than this. */
  static final int MOST_LISTED = 1_000;

  private static final String CREATE =
      """
      INSERT INTO pendings (joinid, client1, client1_token, client1_platform, exp)
      VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (joinid) DO UPDATE SET
        client1 = excluded.client1,
        client1_token = excluded.client1_token,
        client1_platform = excluded.client1_platform,
        exp = excluded.exp
      WHERE pendings.exp <= $6
      RETURNING joinid
      """;
  // Of many at once one deletes the row; the others wait for it and then find nothing.
  private static final String TAKE =
      "WITH taken AS (DELETE FROM pendings WHERE joinid = $1 AND exp > $2 RETURNING *) ";
  private static final String MAKE =
      """
      INSERT INTO rooms (room_id, joinid, client1, client1_token, client1_platform,
        client2, client2_token, client2_platform, created_at, used_at, exp)
      SELECT $3, joinid, client1, client1_token, client1_platform, $4, $5, $6, $2, $2, exp FROM taken
      RETURNING room_id, client1, client2, code_exp
      """;
  private static final String ACCEPT = TAKE + MAKE;
  private static final String ACCEPT_AND_FILE =
      TAKE.stripTrailing()
          + ", changed AS ("
          + MAKE
          + "), "
          + WebhookOutbox.filed(
              WebhookEvent.ROOM_ACCEPTED,
              "'room/' || room_id",
              "jsonb_build_object('roomId', room_id, 'client1', client1, 'client2', client2)")
          + " SELECT code_exp FROM changed";
  private static final String TAKEN =
      """
      SELECT room_id, code_exp FROM rooms
      WHERE joinid = $1 AND code_exp > $2 ORDER BY created_at DESC LIMIT 1
      """;
  private static final String CHECK =
      """
      SELECT NULL AS room_id, NULL::timestamptz AS created_at FROM pendings
        WHERE joinid = $1 AND client1 = $2 AND exp > $3
      UNION ALL
      SELECT room_id, created_at FROM rooms
        WHERE joinid = $1 AND client1 = $2
      ORDER BY created_at DESC NULLS FIRST LIMIT 1
      """;
  private static final String FIND = "SELECT * FROM rooms WHERE room_id = $1";
  private static final String USE =
      "UPDATE rooms SET used_at = $2 WHERE room_id = $1 AND used_at < $2";
  private static final String DELETE = "DELETE FROM rooms WHERE room_id = $1";
  private static final String LIST =
      """
      SELECT room_id, count(*) OVER () AS total FROM rooms
      ORDER BY created_at DESC, room_id LIMIT $1
      """;
  private static final String KNOWN = "SELECT room_id FROM rooms WHERE room_id = ANY ($1)";
  private static final String OF_DEVICES =
      "SELECT room_id FROM rooms WHERE client1 = ANY ($1) OR client2 = ANY ($1)";
  private static final String EXPORT =
      """
      SELECT NULL AS room_id, joinid, exp AS until FROM pendings WHERE client1 = $1
      UNION ALL
      SELECT room_id, joinid, code_exp FROM rooms WHERE client1 = $1 OR client2 = $1
      """;
  private static final String PURGE_PENDINGS =
      "DELETE FROM pendings WHERE client1 = ANY ($1) RETURNING exp > $2 AS live";
  private static final String PURGE_ROOMS =
      "DELETE FROM rooms WHERE client1 = ANY ($1) OR client2 = ANY ($1) RETURNING room_id";
  // Every node does this: rows that another has in hand are left to it.
  private static final String EXPIRE =
      """
      WITH codes AS (
        DELETE FROM pendings WHERE joinid IN (
          SELECT joinid FROM pendings WHERE exp <= $1 FOR UPDATE SKIP LOCKED) AND exp <= $1)
      DELETE FROM rooms WHERE room_id IN (
        SELECT room_id FROM rooms WHERE used_at <= $2 FOR UPDATE SKIP LOCKED)
      RETURNING room_id
      """;

  // For nodes of an earlier version exp of a room lies far ahead; code_exp is that of its join
  // code.
  private static final String ROOM_EXP = "code_exp";

  /** What a purge took away; join codes that had expired do not count. */
  record Purged(int pendings, List<String> roomIds) {}

  /** The newest rooms, and how many there are in all. */
  record Listed(List<String> roomIds, long total) {}

  /** A use is written down at most that often, so that a busy room costs no write. */
  private static final Duration USE_NOTED_EVERY = Duration.ofHours(1);

  private static final Logger log = LoggerFactory.getLogger(RoomStore.class);

  private final Pool pool;
  private final String accept;
  private final InDoubtAcceptances inDoubt = new InDoubtAcceptances();

  RoomStore(Pool pool) {
    this(pool, WebhookEvents.NONE);
  }

  RoomStore(Pool pool, WebhookEvents webhooks) {
    this.pool = pool;
    this.accept = webhooks.wants(WebhookEvent.ROOM_ACCEPTED) ? ACCEPT_AND_FILE : ACCEPT;
  }

  /** Makes a join code; false if it is pending already. */
  Future<Boolean> create(String joinId, Person first, Instant exp, Instant now) {
    Tuple values =
        Tuple.of(joinId, first.client(), first.token(), first.platform(), utc(exp), utc(now));
    return query(pool, CREATE, values).map(rows -> rows.size() == 1);
  }

  /**
   * Makes the room of a join code, for one of any number who try. Who had no answer the first time
   * gets the room that was made all the same.
   */
  Future<Acceptance> accept(String joinId, Person second, String roomId, Instant now) {
    Tuple values =
        Tuple.from(
            new Object[] {
              joinId, utc(now), roomId, second.client(), second.token(), second.platform()
            });
    return query(pool, accept, values)
        .onFailure(
            failure -> {
              if (failure instanceof StoreUnavailableException) {
                inDoubt.add(roomId, second, now);
              }
            })
        .compose(
            made ->
                made.size() == 1
                    ? Future.succeededFuture(new Acceptance.Accepted(roomId, exp(first(made))))
                    : whyNot(joinId, second, now));
  }

  private Future<Acceptance> whyNot(String joinId, Person second, Instant now) {
    return query(pool, TAKEN, Tuple.of(joinId, utc(now)))
        .map(
            rows -> {
              if (rows.size() == 0) {
                return new Acceptance.Unknown();
              }
              Row room = first(rows);
              String roomId = room.getString("room_id");
              return inDoubt.made(roomId, second)
                  ? new Acceptance.Accepted(roomId, exp(room))
                  : new Acceptance.Taken();
            });
  }

  /** What has become of a join code that {@code client} made. */
  Future<CodeState> check(String joinId, String client, Instant now) {
    return query(pool, CHECK, Tuple.of(joinId, client, utc(now)))
        .map(
            rows -> {
              if (rows.size() == 0) {
                return new CodeState.Unknown();
              }
              String roomId = first(rows).getString("room_id");
              return roomId == null ? new CodeState.Pending() : new CodeState.Accepted(roomId);
            });
  }

  /** A room that somebody uses now. */
  Future<Optional<Room>> use(String roomId, Instant now) {
    return query(pool, FIND, Tuple.of(roomId))
        .map(
            rows -> {
              if (rows.size() == 0) {
                return Optional.empty();
              }
              Row row = first(rows);
              Instant usedAt = row.getOffsetDateTime("used_at").toInstant();
              if (usedAt.isBefore(now.minus(USE_NOTED_EVERY))) {
                query(pool, USE, Tuple.of(roomId, utc(now)))
                    .onFailure(e -> log.debug("the use of a room is not noted", e));
              }
              return Optional.of(room(row));
            });
  }

  Future<Void> delete(String roomId) {
    return query(pool, DELETE, Tuple.of(roomId)).mapEmpty();
  }

  /** The newest {@link #MOST_LISTED} rooms. */
  Future<Listed> list() {
    return query(pool, LIST, Tuple.of(MOST_LISTED))
        .map(
            rows -> new Listed(roomIds(rows), rows.size() == 0 ? 0 : first(rows).getLong("total")));
  }

  /** Which of some rooms are stored here. */
  Future<List<String>> known(List<String> roomIds) {
    return query(pool, KNOWN, Tuple.of((Object) roomIds.toArray(String[]::new)))
        .map(RoomStore::roomIds);
  }

  /** The rooms that name one of some devices. */
  Future<List<String>> ofDevices(List<String> devices) {
    return query(pool, OF_DEVICES, Tuple.of((Object) devices.toArray(String[]::new)))
        .map(RoomStore::roomIds);
  }

  /**
   * Takes away all that names one of some devices. Join codes go first: one that is just being
   * accepted holds this up, and the second statement then sees its room.
   */
  Future<Purged> purge(List<String> devices, Instant now) {
    String[] ids = devices.toArray(String[]::new);
    return Postgres.guard(
        pool.withTransaction(
            connection ->
                connection
                    .preparedQuery(PURGE_PENDINGS)
                    .execute(Tuple.of(ids, utc(now)))
                    .compose(
                        codes ->
                            connection
                                .preparedQuery(PURGE_ROOMS)
                                .execute(Tuple.of((Object) ids))
                                .map(rooms -> new Purged(live(codes), roomIds(rooms))))));
  }

  /** Rooms and join codes of a person, without tokens; empty if there are none. */
  Future<JsonObject> export(String client) {
    return query(pool, EXPORT, Tuple.of(client))
        .map(
            rows -> {
              JsonArray rooms = new JsonArray();
              JsonArray codes = new JsonArray();
              for (Row row : rows) {
                String roomId = row.getString("room_id");
                JsonObject one =
                    new JsonObject()
                        .put("joinId", row.getString("joinid"))
                        .put("until", row.getOffsetDateTime("until").toInstant().toEpochMilli());
                (roomId == null ? codes : rooms).add(one.put("roomId", roomId));
              }
              JsonObject kept = new JsonObject();
              if (!rooms.isEmpty()) {
                kept.put("rooms", rooms);
              }
              return codes.isEmpty() ? kept : kept.put("joinCodes", codes);
            });
  }

  /**
   * Deletes join codes that have expired, and rooms unused since then; answers these rooms' ids.
   */
  Future<List<String>> expire(Instant now, Instant unusedSince) {
    return query(pool, EXPIRE, Tuple.of(utc(now), utc(unusedSince))).map(RoomStore::roomIds);
  }

  private static Future<RowSet<Row>> query(SqlClient client, String sql, Tuple values) {
    return Postgres.guard(client.preparedQuery(sql).execute(values));
  }

  private static Row first(RowSet<Row> rows) {
    return rows.iterator().next();
  }

  private static List<String> roomIds(RowSet<Row> rows) {
    List<String> ids = new ArrayList<>();
    rows.forEach(row -> ids.add(row.getString("room_id")));
    return ids;
  }

  private static int live(RowSet<Row> rows) {
    int live = 0;
    for (Row row : rows) {
      live += row.getBoolean("live") ? 1 : 0;
    }
    return live;
  }

  private static Room room(Row row) {
    return new Room(row.getString("room_id"), person(row, 1), person(row, 2), exp(row));
  }

  private static Person person(Row row, int which) {
    String client = "client" + which;
    return new Person(
        row.getString(client),
        row.getString(client + "_token"),
        row.getString(client + "_platform"));
  }

  private static Instant exp(Row row) {
    return row.getOffsetDateTime(ROOM_EXP).toInstant();
  }

  private static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }
}
