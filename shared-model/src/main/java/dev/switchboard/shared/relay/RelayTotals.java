package dev.switchboard.shared.relay;

import dev.switchboard.shared.postgres.Postgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;

/**
 * Sums up what was relayed for a call. Whoever has written one of the two, a total or a record, and
 * committed it, sums up afterwards: then the second of them finds the other, whichever it is.
 */
public final class RelayTotals {
  /** A sum that was made without the newest total never takes the place of a greater one. */
  private static final String SUM_UP =
      """
      UPDATE call_records c SET relayed_bytes = GREATEST(COALESCE(c.relayed_bytes, 0), t.bytes)
      FROM (SELECT call_id, SUM(bytes)::bigint AS bytes FROM relay_totals
        WHERE call_id = ANY($1) GROUP BY call_id) t
      WHERE c.call_id = t.call_id
      """;

  private RelayTotals() {}

  /**
   * Writes the sums into the records that are there. May run any number of times; fails as {@link
   * Postgres#guard} does.
   */
  public static Future<Void> sumUp(Pool postgres, Collection<String> callIds) {
    return callIds.isEmpty()
        ? Future.succeededFuture()
        : Postgres.guard(
                postgres.preparedQuery(SUM_UP).execute(Tuple.of(callIds.toArray(String[]::new))))
            .mapEmpty();
  }
}
