package dev.switchboard.push.tokens;

import dev.switchboard.push.devices.ApnsEnvironment;
import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.push.PushApps;
import dev.switchboard.shared.webhooks.WebhookEvents;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The tokens in Postgres. Used on any thread. Every future fails with {@link
 * dev.switchboard.shared.redis.StoreUnavailableException} while Postgres is away or hangs, and with
 * {@link PgException} where it refuses a statement.
 */
public final class TokenStore {
  private static final OffsetDateTime EVER =
      OffsetDateTime.of(9999, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  // The same user registering a token again without naming the device does not lose the device.
  private static final String STORE =
      """
      INSERT INTO push_tokens
        (user_id, type, token, kind, device_id, platform, created_at, updated_at, app, environment)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $7, coalesce($9::text, 'default'), $10::text)
      ON CONFLICT (type, token) DO UPDATE SET
        user_id = excluded.user_id,
        kind = excluded.kind,
        device_id = CASE WHEN push_tokens.user_id = excluded.user_id
          THEN coalesce(excluded.device_id, push_tokens.device_id) ELSE excluded.device_id END,
        platform = CASE WHEN push_tokens.user_id = excluded.user_id
          THEN coalesce(excluded.platform, push_tokens.platform) ELSE excluded.platform END,
        app = CASE WHEN push_tokens.user_id = excluded.user_id
          THEN coalesce($9::text, push_tokens.app) ELSE excluded.app END,
        environment = coalesce(excluded.environment, push_tokens.environment),
        active = true,
        quarantined_until = NULL,
        updated_at = greatest(excluded.updated_at, push_tokens.updated_at),
        former_user = push_tokens.user_id,
        former_device = push_tokens.device_id,
        former_app = push_tokens.app
      WHERE push_tokens.updated_at <= excluded.updated_at OR $8
      RETURNING id, device_id, app, former_user, former_device, former_app
      """;
  private static final String REMOVE =
      """
      DELETE FROM push_tokens
      WHERE user_id = $1
        AND ($2::text IS NULL OR device_id = $2)
        AND ($3::text IS NULL OR type = $3)
        AND ($4::text IS NULL OR token = $4 OR (type LIKE 'apns%' AND token = lower($4)))
        AND updated_at <= $5 AND ($6 OR type <> 'webpush')
      RETURNING id, user_id, type, app, device_id
      """;
  private static final String TRIM =
      """
      DELETE FROM push_tokens WHERE id IN (
        SELECT id FROM (
          SELECT id, row_number() OVER (PARTITION BY user_id
            ORDER BY greatest(updated_at, last_used_at) DESC, id DESC) AS place
          FROM push_tokens WHERE user_id = ANY($1)) AS ranked
        WHERE place > $2)
      """;
  private static final String LIST =
      "SELECT * FROM push_tokens WHERE user_id = $1 ORDER BY created_at, id";
  private static final String OF_USERS =
      "SELECT * FROM push_tokens WHERE user_id = ANY($1) ORDER BY created_at, id";
  private static final String PRESENT =
      """
      SELECT want.i FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
        WITH ORDINALITY AS want (user_id, type, device, app, i)
      WHERE EXISTS (
        SELECT 1 FROM push_tokens t
        WHERE t.user_id = want.user_id AND t.type = want.type AND t.app = want.app AND t.active
          AND coalesce(t.device_id, '#' || t.id::text) = want.device)
      """;
  private static final String PAGE =
      """
      SELECT id, user_id, type, app, device_id FROM push_tokens
      WHERE active AND user_id <> '' AND id > $1 ORDER BY id LIMIT $2
      """;
  private static final String FOUND =
      "UPDATE push_tokens SET environment = $3 WHERE id = $1 AND token = $2";
  private static final String COUNT =
      "SELECT type, app, count(*) AS n FROM push_tokens WHERE active GROUP BY type, app";

  /** A token that has been stored, and the fields of the reach index that this may have changed. */
  public record Stored(@Nullable UUID id, Set<ReachField> touched) {}

  /** One page of the reach index as Postgres has it. */
  record ReachPage(List<ReachField> fields, UUID last) {}

  /** Devices of one type and app. */
  public record Group(String type, String app) {}

  /** Which of a user's tokens: null is any. */
  public record Filter(@Nullable String deviceId, @Nullable String type, @Nullable String token) {
    public static final Filter ALL = new Filter(null, null, null);
  }

  private final SqlClient client;

  public TokenStore(SqlClient client) {
    this.client = client;
  }

  /**
   * Stores a token, and moves it if it was somebody else's.
   *
   * @param force false keeps a row that is newer than {@code at}
   */
  public Future<Stored> store(String userId, TokenRequest token, Instant at, boolean force) {
    String type = token.type().wireName();
    ApnsEnvironment environment = token.environment();
    Tuple values =
        Tuple.from(
            new Object[] {
              userId,
              type,
              token.token(),
              token.type().kind(token.token()),
              token.deviceId(),
              token.platform(),
              at.atOffset(ZoneOffset.UTC),
              force,
              token.app(),
              environment == null ? null : environment.wireName()
            });
    return query(STORE, values).map(rows -> stored(userId, token, rows));
  }

  private static Stored stored(String userId, TokenRequest token, RowSet<Row> rows) {
    String type = token.type().wireName();
    Set<ReachField> touched = new HashSet<>();
    String deviceId = token.deviceId();
    if (deviceId != null) {
      String app = token.app() == null ? PushApps.DEFAULT : token.app();
      touched.add(new ReachField(userId, type, app, deviceId));
    }
    UUID id = null;
    for (Row row : rows) {
      id = row.getUUID("id");
      touched.add(
          ReachField.of(userId, type, row.getString("app"), row.getString("device_id"), id));
      String formerUser = row.getString("former_user");
      if (formerUser != null) {
        String app = row.getString("former_app");
        touched.add(
            ReachField.of(
                formerUser,
                type,
                // one that stores as it did before there were apps leaves it out
                app == null ? PushApps.DEFAULT : app,
                row.getString("former_device"),
                id));
      }
    }
    return new Stored(id, touched);
  }

  /** Removes tokens of a user; answers the fields of the reach index that they stood behind. */
  public Future<Set<ReachField>> remove(String userId, Filter filter) {
    return remove(userId, filter, EVER, false);
  }

  /**
   * Removes what a device of a user can be reached by, subscriptions too, unless it has been stored
   * anew since a time.
   */
  public Future<Set<ReachField>> logOut(String userId, Filter filter, Instant until) {
    return remove(userId, filter, until.atOffset(ZoneOffset.UTC), true);
  }

  private Future<Set<ReachField>> remove(
      String userId, Filter filter, OffsetDateTime until, boolean subscriptionsToo) {
    Tuple values =
        Tuple.of(userId, filter.deviceId(), filter.type(), filter.token(), until, subscriptionsToo);
    return query(REMOVE, values).map(rows -> new HashSet<>(DeviceRows.fields(rows)));
  }

  /**
   * Leaves each of some users the newest of more devices than {@code most}; answers the fields of
   * the reach index of those that went.
   */
  Future<Set<ReachField>> trim(List<String> userIds, int most, WebhookEvents webhooks) {
    return query(
            Removals.TOO_MANY.statement(TRIM, webhooks),
            Tuple.of(userIds.toArray(String[]::new), most))
        .map(rows -> new HashSet<>(DeviceRows.fields(rows)));
  }

  /** All tokens and subscriptions of a user, oldest first. */
  public Future<List<DeviceToken>> list(String userId) {
    return query(LIST, Tuple.of(userId))
        .map(
            rows -> {
              List<DeviceToken> tokens = new ArrayList<>();
              rows.forEach(row -> tokens.add(DeviceRows.token(row)));
              return tokens;
            });
  }

  /** As {@link #list}, of several users. */
  public Future<Map<String, List<DeviceToken>>> ofUsers(Set<String> userIds) {
    return query(OF_USERS, Tuple.of(userIds.toArray(String[]::new)))
        .map(
            rows -> {
              Map<String, List<DeviceToken>> tokens = new HashMap<>();
              for (Row row : rows) {
                DeviceToken token = DeviceRows.token(row);
                tokens
                    .computeIfAbsent(row.getString("user_id"), id -> new ArrayList<>())
                    .add(token);
              }
              return tokens;
            });
  }

  /** Those of some fields that a token stands behind. */
  Future<Set<ReachField>> present(List<ReachField> fields) {
    Tuple wanted =
        Tuple.of(
            fields.stream().map(ReachField::userId).toArray(String[]::new),
            fields.stream().map(ReachField::type).toArray(String[]::new),
            fields.stream().map(ReachField::device).toArray(String[]::new),
            fields.stream().map(ReachField::app).toArray(String[]::new));
    return query(PRESENT, wanted)
        .map(
            rows -> {
              Set<ReachField> present = new HashSet<>();
              rows.forEach(row -> present.add(fields.get((int) (row.getLong("i") - 1))));
              return present;
            });
  }

  /** The next fields of everybody's reach, in the order of the tokens' ids. */
  Future<ReachPage> page(UUID after, int limit) {
    return query(PAGE, Tuple.of(after, limit))
        .map(
            rows -> {
              UUID last = after;
              for (Row row : rows) {
                last = row.getUUID("id");
              }
              return new ReachPage(DeviceRows.fields(rows), last);
            });
  }

  /** Notes in which environment a token was taken, if it is still the same. */
  public Future<Void> found(DeviceToken device, ApnsEnvironment environment) {
    return query(FOUND, Tuple.of(device.id(), device.token(), environment.wireName())).mapEmpty();
  }

  /** How many active tokens there are of each type and app. */
  public Future<Map<Group, Long>> count() {
    return query(COUNT, Tuple.tuple())
        .map(
            rows -> {
              Map<Group, Long> counts = new HashMap<>();
              rows.forEach(
                  row ->
                      counts.put(
                          new Group(row.getString("type"), row.getString("app")),
                          row.getLong("n")));
              return counts;
            });
  }

  private Future<RowSet<Row>> query(String sql, Tuple values) {
    return Postgres.guard(client.preparedQuery(sql).execute(values));
  }
}
