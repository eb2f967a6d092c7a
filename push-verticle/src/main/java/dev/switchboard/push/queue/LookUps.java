package dev.switchboard.push.queue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Look-ups that go together: what is asked for while others are under way goes with the next, so
 * that a busy queue asks Postgres for many at once and a single ring waits for nobody. Belongs to
 * one event loop.
 *
 * @param <V> what is found by one key
 */
final class LookUps<V> {
  private static final int AT_ONCE = 2;
  private static final int MOST = 256;

  private final Function<Set<String>, Future<Map<String, List<V>>>> query;
  private final Map<String, Promise<List<V>>> waiting = new LinkedHashMap<>();
  private int underWay;

  /** Asks by {@code query}, whose answer has no entry for a key by which nothing is found. */
  LookUps(Function<Set<String>, Future<Map<String, List<V>>>> query) {
    this.query = query;
  }

  /** What is found by a key. */
  Future<List<V>> find(String key) {
    Future<List<V>> found = waiting.computeIfAbsent(key, k -> Promise.promise()).future();
    ask();
    return found;
  }

  private void ask() {
    if (underWay == AT_ONCE || waiting.isEmpty()) {
      return;
    }
    Map<String, Promise<List<V>>> asked = new HashMap<>();
    for (String key : List.copyOf(waiting.keySet()).subList(0, Math.min(MOST, waiting.size()))) {
      asked.put(key, waiting.remove(key));
    }
    underWay++;
    query
        .apply(new HashSet<>(asked.keySet()))
        .onComplete(
            answer -> {
              underWay--;
              asked.forEach(
                  (key, promise) -> {
                    if (answer.succeeded()) {
                      promise.complete(answer.result().getOrDefault(key, List.of()));
                    } else {
                      promise.fail(answer.cause());
                    }
                  });
              ask();
            });
  }
}
