package dev.switchboard.push.tokens;

import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.webhooks.WebhookEvents;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tokens and subscriptions as what pushes are sent to: found by id, and removed or marked after
 * what their provider answers. Belongs to the event loop of its reach index; futures fail as those
 * of {@link TokenStore}.
 */
public final class DeviceStore {
  private static final UUID FIRST = new UUID(0, 0);
  private static final String BY_ID = "SELECT * FROM push_tokens WHERE id = ANY($1) AND active";
  private static final String PAGE_OF_ALL =
      """
      SELECT * FROM push_tokens
      WHERE active AND type <> 'apns_voip' AND id > $1 AND ($3::text IS NULL OR app = $3)
      ORDER BY id LIMIT $2
      """;
  private static final String PAGE_OF_SUBSCRIPTIONS =
      """
      SELECT * FROM push_tokens
      WHERE active AND type = 'webpush' AND id > $1 AND ($3::text IS NULL OR app = $3)
      ORDER BY id LIMIT $2
      """;

  /** Still what was sent to: a subscription is its keys, too. */
  private static final String UNCHANGED =
      """
       WHERE id = $1 AND token = $2 AND updated_at <= $3
        AND p256dh IS NOT DISTINCT FROM $4 AND auth IS NOT DISTINCT FROM $5
      """;

  private static final String REMOVE = "DELETE FROM push_tokens" + UNCHANGED;
  private static final String QUARANTINE =
      "UPDATE push_tokens SET quarantined_until = $6" + UNCHANGED;
  private static final String DELIVERED =
      """
      UPDATE push_tokens SET last_used_at = greatest(last_used_at, $2), quarantined_until = NULL
      WHERE id = ANY($1)
      """;
  private static final String SWEEP =
      """
      DELETE FROM push_tokens WHERE id IN (
        SELECT id FROM push_tokens WHERE greatest(updated_at, last_used_at) < $1
        ORDER BY greatest(updated_at, last_used_at) LIMIT $2 FOR UPDATE SKIP LOCKED)
      """;

  private final SqlClient client;
  private final ReachIndex reach;

  private final String remove;
  private final String sweep;

  /** One whose removals are told to nobody. */
  public DeviceStore(SqlClient client, ReachIndex reach) {
    this(client, reach, WebhookEvents.NONE);
  }

  /** One that files removals as events where they are wanted. */
  public DeviceStore(SqlClient client, ReachIndex reach, WebhookEvents webhooks) {
    this.client = client;
    this.reach = reach;
    this.remove = Removals.GONE.statement(REMOVE, webhooks);
    this.sweep = Removals.STALE.statement(SWEEP, webhooks);
  }

  /** Those of some keys ({@code <type>:<id>}) that are still there. */
  public Future<List<DeviceToken>> byKeys(Collection<String> keys) {
    UUID[] ids = keys.stream().map(DeviceStore::id).flatMap(Optional::stream).toArray(UUID[]::new);
    return ids.length == 0
        ? Future.succeededFuture(List.of())
        : query(BY_ID, Tuple.of(ids)).map(DeviceStore::tokens);
  }

  private static Optional<UUID> id(String key) {
    try {
      return Optional.of(UUID.fromString(key.substring(key.indexOf(':') + 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The next active devices in the order of their ids, without VoIP tokens.
   *
   * @param all false for Web Push subscriptions only
   * @param app the only one whose devices are meant; null for all
   * @param after the last id of the page before; empty begins
   */
  public Future<List<DeviceToken>> page(
      boolean all, @Nullable String app, String after, int limit) {
    UUID last = id(after).orElse(FIRST);
    return query(all ? PAGE_OF_ALL : PAGE_OF_SUBSCRIPTIONS, Tuple.of(last, limit, app))
        .map(DeviceStore::tokens);
  }

  /**
   * Removes a device that its provider calls gone, unless its address or keys have changed since
   * the snapshot or it was registered anew after {@code since}. Answers whether it went.
   */
  public Future<Boolean> remove(DeviceToken device, Instant since) {
    return query(remove, snapshot(device, since))
        .compose(rows -> forget(rows).map(rows.size() > 0));
  }

  /** Sends nothing to a device until then, on the same conditions as {@link #remove}. */
  public Future<Boolean> quarantine(DeviceToken device, Instant since, Instant until) {
    return query(QUARANTINE, snapshot(device, since).addOffsetDateTime(utc(until)))
        .map(rows -> rows.rowCount() > 0);
  }

  private static Tuple snapshot(DeviceToken device, Instant since) {
    DeviceToken.Subscription keys = device.subscription();
    return Tuple.of(
        device.id(),
        device.token(),
        utc(since),
        keys == null ? null : keys.p256dh(),
        keys == null ? null : keys.auth());
  }

  /** Notes a delivery to each of these, which also ends a quarantine. */
  public Future<Void> delivered(Collection<UUID> ids, Instant at) {
    return query(DELIVERED, Tuple.of(ids.toArray(UUID[]::new), utc(at))).mapEmpty();
  }

  /**
   * Removes devices that were neither registered nor delivered to since a time, at most {@code
   * atMost}; answers the reach fields of those that went.
   */
  public Future<List<ReachField>> sweep(Instant before, int atMost) {
    return query(sweep, Tuple.of(utc(before), atMost))
        .compose(rows -> forget(rows).map(DeviceRows.fields(rows)));
  }

  private Future<Void> forget(RowSet<Row> removed) {
    Set<ReachField> fields = new HashSet<>(DeviceRows.fields(removed));
    return reach.reconcile(fields);
  }

  private Future<RowSet<Row>> query(String sql, Tuple values) {
    return Postgres.guard(client.preparedQuery(sql).execute(values));
  }

  private static List<DeviceToken> tokens(RowSet<Row> rows) {
    List<DeviceToken> tokens = new ArrayList<>(rows.size());
    rows.forEach(row -> tokens.add(DeviceRows.token(row)));
    return tokens;
  }

  private static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }
}
