package dev.switchboard.push.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LookUpsTest {
  private final List<Set<String>> asked = new ArrayList<>();
  private final List<Promise<Map<String, List<String>>>> answers = new ArrayList<>();
  private final LookUps<String> lookUps = new LookUps<>(this::query);

  private Future<Map<String, List<String>>> query(Set<String> keys) {
    asked.add(keys);
    Promise<Map<String, List<String>>> answer = Promise.promise();
    answers.add(answer);
    return answer.future();
  }

  private void answer(int query) {
    Map<String, List<String>> found = new HashMap<>();
    asked.get(query).forEach(key -> found.put(key, List.of("of " + key)));
    found.remove("nobody");
    answers.get(query).complete(found);
  }

  @Test
  void firstGoAtOnceAndLaterOnesTogether() {
    List<Future<List<String>>> found =
        IntStream.range(0, 5).mapToObj(i -> lookUps.find("u" + i)).toList();
    assertThat(asked).containsExactly(Set.of("u0"), Set.of("u1"));
    answer(1);
    assertThat(asked).hasSize(3).last().isEqualTo(Set.of("u2", "u3", "u4"));
    answer(0);
    answer(2);
    for (int i = 0; i < 5; i++) {
      assertThat(found.get(i).result()).containsExactly("of u" + i);
    }
  }

  @Test
  void whatIsAskedTwiceIsLookedUpOnceMoreAfterwards() {
    lookUps.find("a");
    lookUps.find("b");
    Future<List<String>> one = lookUps.find("c");
    Future<List<String>> other = lookUps.find("c");
    answer(0);
    Future<List<String>> later = lookUps.find("c");
    assertThat(asked).last().isEqualTo(Set.of("c"));
    answer(2);
    assertThat(one.result()).isEqualTo(other.result()).containsExactly("of c");
    assertThat(later.isComplete()).isFalse();
    answer(3);
    assertThat(later.result()).containsExactly("of c");
  }

  @Test
  void keyByWhichNothingIsFoundHasAnEmptyList() {
    Future<List<String>> found = lookUps.find("nobody");
    answer(0);
    assertThat(found.result()).isEmpty();
  }

  @Test
  void failureReachesAllThatAskedAndNobodyElse() {
    lookUps.find("a");
    lookUps.find("b");
    Future<List<String>> one = lookUps.find("c");
    Future<List<String>> other = lookUps.find("d");
    answer(0);
    Future<List<String>> later = lookUps.find("e");
    answers.get(2).fail("away");
    assertThat(one.failed()).isTrue();
    assertThat(other.failed()).isTrue();
    answer(3);
    assertThat(later.result()).containsExactly("of e");
  }

  @Test
  void noQueryAsksForTooMany() {
    List<Future<List<String>>> found =
        IntStream.range(0, 1_000).mapToObj(i -> lookUps.find("u" + i)).toList();
    for (int query = 0; query < answers.size(); query++) {
      answer(query);
    }
    assertThat(found).allMatch(Future::succeeded);
    assertThat(asked).allMatch(keys -> keys.size() <= 256).hasSize(6);
  }
}
