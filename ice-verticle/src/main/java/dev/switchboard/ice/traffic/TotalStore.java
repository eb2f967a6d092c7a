package dev.switchboard.ice.traffic;

import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.relay.RelayTotals;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Totals in Postgres, each once, whichever nodes have heard it. */
final class TotalStore {
  private static final String ADD =
      """
      INSERT INTO relay_totals (allocation, call_id, bytes, ended_at)
      SELECT a, c, b, $4 FROM unnest($1::text[], $2::text[], $3::bigint[]) AS t (a, c, b)
      ON CONFLICT (allocation) DO NOTHING RETURNING bytes
      """;

  private static final String FORGET = "DELETE FROM relay_totals WHERE ended_at < $1";

  private final Pool postgres;

  TotalStore(Pool postgres) {
    this.postgres = postgres;
  }

  /**
   * Adds totals to their calls. May run twice. Fails as {@link Postgres#guard} does.
   *
   * @return how many bytes nobody had added before
   */
  Future<Long> add(List<AllocationTotal> totals, long now) {
    String[] keys = totals.stream().map(AllocationTotal::key).toArray(String[]::new);
    String[] calls = new String[totals.size()];
    Arrays.setAll(calls, i -> totals.get(i).callId().orElse(null));
    Long[] bytes = totals.stream().map(AllocationTotal::bytes).toArray(Long[]::new);
    return Postgres.guard(
            postgres
                .preparedQuery(ADD)
                .execute(
                    Tuple.tuple()
                        .addArrayOfString(keys)
                        .addArrayOfString(calls)
                        .addArrayOfLong(bytes)
                        .addLong(now)))
        .compose(
            added -> {
              long sum = 0;
              for (Row row : added) {
                sum += row.getLong("bytes");
              }
              long fresh = sum;
              List<String> ofCalls =
                  totals.stream()
                      .map(AllocationTotal::callId)
                      .flatMap(Optional::stream)
                      .distinct()
                      .toList();
              return RelayTotals.sumUp(postgres, ofCalls).map(done -> fresh);
            });
  }

  /** Removes totals that ended before. */
  Future<Void> forget(long before) {
    return Postgres.guard(postgres.preparedQuery(FORGET).execute(Tuple.of(before))).mapEmpty();
  }
}
