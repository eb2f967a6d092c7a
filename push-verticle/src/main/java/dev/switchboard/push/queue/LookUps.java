package dev.switchboard.push.queue;

import dev.switchboard.push.send.Batches;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Look-ups in Postgres that go together. Belongs to one event loop.
 *
 * @param <V> what is found by one key
 */
final class LookUps<V> {
  private static final int AT_ONCE = 2;
  private static final int MOST = 256;

  private final Batches<String, List<V>> batches;

  /** Asks by {@code query}, whose answer has no entry for a key by which nothing is found. */
  LookUps(Vertx vertx, Function<Set<String>, Future<Map<String, List<V>>>> query) {
    this.batches =
        new Batches<>(
            vertx,
            AT_ONCE,
            MOST,
            keys ->
                query
                    .apply(new HashSet<>(keys))
                    .map(
                        found ->
                            keys.stream().map(key -> found.getOrDefault(key, List.of())).toList()));
  }

  /** What is found by a key. */
  Future<List<V>> find(String key) {
    return batches.ask(key);
  }
}
