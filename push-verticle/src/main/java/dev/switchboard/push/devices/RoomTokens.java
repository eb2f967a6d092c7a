package dev.switchboard.push.devices;

import dev.switchboard.shared.postgres.Postgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/**
 * The tokens that rooms keep for their two persons. Used on any thread; futures fail with {@link
 * dev.switchboard.shared.redis.StoreUnavailableException} while Postgres is away.
 */
public final class RoomTokens {
  private static final String FIND =
      """
      SELECT CASE $2 WHEN 'client1' THEN client1_token ELSE client2_token END AS token,
        CASE $2 WHEN 'client1' THEN client1_platform ELSE client2_platform END AS platform
      FROM rooms WHERE room_id = $1
      """;
  private static final String REMOVE_FIRST =
      "UPDATE rooms SET client1_token = NULL WHERE room_id = $1 AND client1_token = $2";
  private static final String REMOVE_SECOND =
      "UPDATE rooms SET client2_token = NULL WHERE room_id = $1 AND client2_token = $2";

  private final SqlClient client;

  public RoomTokens(SqlClient client) {
    this.client = client;
  }

  /** The token of a person; empty if the room is gone or the person has none. */
  public Future<Optional<RoomToken>> find(String roomId, String person) {
    return Postgres.guard(client.preparedQuery(FIND).execute(Tuple.of(roomId, person)))
        .map(
            rows -> {
              for (Row row : rows) {
                String token = row.getString("token");
                if (token != null) {
                  String type = "ios".equals(row.getString("platform")) ? "apns" : "fcm";
                  return Optional.of(new RoomToken(roomId, person, type, token));
                }
              }
              return Optional.empty();
            });
  }

  /** Takes a token that its provider calls invalid out of the room, if it is still the same. */
  public Future<Boolean> remove(RoomToken token) {
    String sql = token.person().equals("client1") ? REMOVE_FIRST : REMOVE_SECOND;
    return Postgres.guard(
            client.preparedQuery(sql).execute(Tuple.of(token.roomId(), token.address())))
        .map(rows -> rows.rowCount() > 0);
  }
}
