package dev.switchboard.push.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LookUpsTest {
  private final Vertx vertx = Vertx.vertx();
  private final List<Set<String>> asked = new CopyOnWriteArrayList<>();
  private final LookUps<String> lookUps = new LookUps<>(vertx, this::query);

  private Future<Map<String, List<String>>> query(Set<String> keys) {
    asked.add(keys);
    Map<String, List<String>> found = new HashMap<>();
    keys.forEach(key -> found.put(key, List.of("of " + key)));
    found.remove("nobody");
    return Future.succeededFuture(found);
  }

  /** Asks for all in one turn of an event loop. */
  private List<List<String>> find(Stream<String> keys) {
    return Await.await(
        Future.future(
            done ->
                vertx.runOnContext(
                    turn -> {
                      List<Future<List<String>>> found = keys.map(lookUps::find).toList();
                      Future.all(found).<List<List<String>>>map(all -> all.list()).onComplete(done);
                    })));
  }

  @AfterEach
  void close() {
    Await.await(vertx.close());
  }

  @Test
  void keysOfOneTurnAreLookedUpTogetherEachOnce() {
    assertThat(find(Stream.of("a", "b", "a")))
        .containsExactly(List.of("of a"), List.of("of b"), List.of("of a"));
    assertThat(asked).containsExactly(Set.of("a", "b"));
  }

  @Test
  void keyByWhichNothingIsFoundHasAnEmptyList() {
    assertThat(find(Stream.of("nobody", "a"))).containsExactly(List.of(), List.of("of a"));
  }

  @Test
  void noQueryAsksForTooMany() {
    assertThat(find(IntStream.range(0, 1_000).mapToObj(i -> "u" + i))).hasSize(1_000);
    assertThat(asked).allMatch(keys -> keys.size() <= 256).hasSize(4);
  }
}
