package dev.switchboard.push.webpush;

import dev.switchboard.push.devices.ApnsEnvironment;
import dev.switchboard.push.tokens.DeviceToken;
import dev.switchboard.push.tokens.ReachField;
import dev.switchboard.shared.postgres.Postgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Subscriptions in Postgres as their browsers change them; sending sees them as devices among
 * others. Used on any thread. Every future fails with {@link
 * dev.switchboard.shared.redis.StoreUnavailableException} while Postgres is away.
 */
final class SubscriptionStore {
  private static final String TYPE = "webpush";

  // One statement, so that of two users who subscribe one endpoint at once each sees the other.
  // A subscription keeps the VAPID key that it was made with for as long as its own keys stay.
  private static final String STORE =
      """
      INSERT INTO push_tokens AS t (user_id, type, token, platform, device_id, user_agent,
        p256dh, auth, vapid_key, created_at, updated_at, app, environment)
      VALUES ($1, 'webpush', $2, 'web', $3, $4, $5, $6, $7, $9, $9, coalesce($10::text, 'default'),
        $11::text)
      ON CONFLICT (type, token) DO UPDATE SET
        user_id = excluded.user_id,
        device_id = CASE WHEN t.user_id = excluded.user_id
          THEN coalesce(excluded.device_id, t.device_id) ELSE excluded.device_id END,
        user_agent = CASE WHEN t.user_id = excluded.user_id
          THEN coalesce(excluded.user_agent, t.user_agent) ELSE excluded.user_agent END,
        p256dh = excluded.p256dh,
        auth = excluded.auth,
        vapid_key = CASE WHEN $8 OR t.p256dh <> excluded.p256dh OR t.auth <> excluded.auth
            OR t.app <> $10::text
          THEN excluded.vapid_key ELSE t.vapid_key END,
        app = CASE WHEN $10::text IS NOT NULL OR $8
            OR t.p256dh <> excluded.p256dh OR t.auth <> excluded.auth
          THEN excluded.app ELSE t.app END,
        environment = coalesce(excluded.environment, t.environment),
        active = true,
        quarantined_until = NULL,
        updated_at = greatest(excluded.updated_at, t.updated_at),
        former_user = t.user_id,
        former_device = t.device_id,
        former_app = t.app
      WHERE t.user_id IN (excluded.user_id, '')
        OR excluded.user_id <> '' AND t.p256dh = excluded.p256dh AND t.auth = excluded.auth
      RETURNING id, user_id, app, device_id, created_at, former_user, former_device, former_app
      """;
  private static final String REMOVE =
      """
      DELETE FROM push_tokens
      WHERE type = 'webpush' AND user_id IN ($1, '')
        AND ($2::text IS NULL OR token = $2) AND ($3::uuid IS NULL OR id = $3)
      RETURNING id, user_id, app, device_id
      """;
  private static final String REKEY =
      """
      UPDATE push_tokens SET vapid_key = $6
      WHERE id = $1 AND token = $2 AND p256dh = $3 AND auth = $4 AND vapid_key = $5
      """;
  private static final String PAGE =
      """
      SELECT id, user_id, app, token, user_agent, created_at, last_used_at FROM push_tokens
      WHERE type = 'webpush' AND id > $1 ORDER BY id LIMIT $2
      """;
  private static final String COUNT =
      "SELECT count(*) AS n FROM push_tokens WHERE type = 'webpush'";

  /** A subscription that has been stored, and the reach fields that this may have changed. */
  record Stored(UUID id, Instant createdAt, boolean isNew, Set<ReachField> touched) {}

  /** A subscription as operators see it. */
  record Listed(
      UUID id,
      String userId,
      String app,
      String endpoint,
      @Nullable String userAgent,
      Instant createdAt,
      @Nullable Instant lastUsedAt) {}

  private final SqlClient client;

  SubscriptionStore(SqlClient client) {
    this.client = client;
  }

  /**
   * Stores a subscription; empty if it is somebody else's.
   *
   * @param userId empty if nobody is signed in
   * @param vapidKey the key pair that it was made with
   * @param certain false if that is only supposed
   */
  Future<Optional<Stored>> store(
      String userId, SubscriptionRequest request, String vapidKey, boolean certain, Instant at) {
    ApnsEnvironment environment = request.environment();
    Tuple values =
        Tuple.from(
            new Object[] {
              userId,
              request.endpoint().text(),
              request.deviceId(),
              request.userAgent(),
              request.p256dh(),
              request.auth(),
              vapidKey,
              certain,
              at.atOffset(ZoneOffset.UTC),
              request.app(),
              environment == null ? null : environment.wireName()
            });
    return query(STORE, values)
        .map(rows -> rows.size() == 0 ? Optional.empty() : Optional.of(stored(only(rows))));
  }

  private static Row only(RowSet<Row> rows) {
    return rows.iterator().next();
  }

  private static Stored stored(Row row) {
    Set<ReachField> touched = new HashSet<>();
    touched.add(reach(row, "user_id", "app", "device_id"));
    boolean isNew = row.getString("former_user") == null;
    if (!isNew) {
      touched.add(reach(row, "former_user", "former_app", "former_device"));
    }
    return new Stored(
        row.getUUID("id"), row.getOffsetDateTime("created_at").toInstant(), isNew, touched);
  }

  private static ReachField reach(Row row, String user, String app, String device) {
    return ReachField.of(
        row.getString(user), TYPE, row.getString(app), row.getString(device), row.getUUID("id"));
  }

  /** Ends subscriptions of a user or of nobody; answers the reach fields of those that went. */
  Future<Set<ReachField>> remove(String userId, SubscriptionRequest.Named named) {
    return query(REMOVE, Tuple.of(userId, named.endpoint(), named.id()))
        .map(
            rows -> {
              Set<ReachField> gone = new HashSet<>();
              rows.forEach(row -> gone.add(reach(row, "user_id", "app", "device_id")));
              return gone;
            });
  }

  /**
   * Notes which key pair of ours a subscription was made with after all, unless it has changed
   * since the snapshot.
   */
  Future<Void> rekey(DeviceToken device, DeviceToken.Subscription subscription, String vapidKey) {
    return query(
            REKEY,
            Tuple.of(
                device.id(),
                device.token(),
                subscription.p256dh(),
                subscription.auth(),
                subscription.vapidKey(),
                vapidKey))
        .mapEmpty();
  }

  /** The next subscriptions of everybody, in the order of their ids. */
  Future<List<Listed>> page(UUID after, int limit) {
    return query(PAGE, Tuple.of(after, limit))
        .map(
            rows -> {
              List<Listed> page = new ArrayList<>();
              rows.forEach(row -> page.add(listed(row)));
              return page;
            });
  }

  private static Listed listed(Row row) {
    OffsetDateTime lastUsed = row.getOffsetDateTime("last_used_at");
    return new Listed(
        row.getUUID("id"),
        row.getString("user_id"),
        row.getString("app"),
        row.getString("token"),
        row.getString("user_agent"),
        row.getOffsetDateTime("created_at").toInstant(),
        lastUsed == null ? null : lastUsed.toInstant());
  }

  /** How many there are. */
  Future<Long> count() {
    return query(COUNT, Tuple.tuple()).map(rows -> only(rows).getLong("n"));
  }

  private Future<RowSet<Row>> query(String sql, Tuple values) {
    return Postgres.guard(client.preparedQuery(sql).execute(values));
  }
}
