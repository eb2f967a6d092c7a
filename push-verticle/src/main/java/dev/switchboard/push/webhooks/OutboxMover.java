package dev.switchboard.push.webhooks;

import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.webhooks.WebhookEntry;
import dev.switchboard.shared.webhooks.WebhookEvent;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Moves events from Postgres, where they were written together with what they are about, into the
 * queue. A node that dies between the two leaves the row: the event is filed again, under the same
 * id.
 */
final class OutboxMover {
  private static final int BATCH = 100;
  private static final String TAKE =
      """
      DELETE FROM webhook_outbox WHERE id IN (
        SELECT id FROM webhook_outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
      RETURNING *
      """;

  private final Pool pool;
  private final WebhookQueue queue;
  private final InstantSource clock;

  OutboxMover(Pool pool, WebhookQueue queue, InstantSource clock) {
    this.pool = pool;
    this.queue = queue;
    this.clock = clock;
  }

  /**
   * Moves what there is. Fails with {@link dev.switchboard.shared.redis.StoreUnavailableException}
   * while one of the stores is away.
   */
  Future<Void> step() {
    if (!queue.isUp()) {
      return Future.succeededFuture();
    }
    return Postgres.guard(
            pool.withTransaction(
                connection ->
                    connection
                        .preparedQuery(TAKE)
                        .execute(Tuple.of(BATCH))
                        .compose(rows -> file(rows).map(rows.size()))))
        .compose(moved -> moved == BATCH ? step() : Future.succeededFuture());
  }

  private Future<Void> file(RowSet<Row> rows) {
    List<Row> inOrder = new ArrayList<>();
    rows.forEach(inOrder::add);
    inOrder.sort(Comparator.comparing(row -> row.getUUID("id").toString()));
    List<Map.Entry<String, WebhookEntry>> events = new ArrayList<>();
    inOrder.forEach(row -> event(row).ifPresent(events::add));
    return events.isEmpty() ? Future.succeededFuture() : queue.file(events, clock.millis());
  }

  private static Optional<Map.Entry<String, WebhookEntry>> event(Row row) {
    return WebhookEvent.of(row.getString("type"))
        .map(
            type ->
                Map.entry(
                    row.getString("subject"),
                    WebhookEntry.first(
                        row.getUUID("id"),
                        type,
                        (JsonObject) row.getValue("data"),
                        row.getOffsetDateTime("filed_at").toInstant().toEpochMilli())));
  }
}
