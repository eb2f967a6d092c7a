package dev.switchboard.push.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BatchesTest {
  private final Deque<Runnable> turns = new ArrayDeque<>();
  private final List<List<Integer>> asked = new ArrayList<>();
  private final List<Promise<List<String>>> answers = new ArrayList<>();
  private final Batches<Integer, String> batches = new Batches<>(turns::add, 2, 100, this::batch);

  private Future<List<String>> batch(List<Integer> questions) {
    asked.add(questions);
    Promise<List<String>> answer = Promise.promise();
    answers.add(answer);
    return answer.future();
  }

  private List<Future<String>> ask(int from, int to) {
    return IntStream.range(from, to).mapToObj(batches::ask).toList();
  }

  private void endTurn() {
    turns.remove().run();
  }

  private void answer(int batch) {
    answers.get(batch).complete(asked.get(batch).stream().map(i -> "to " + i).toList());
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().collect(Collectors.toList());
  }

  @Test
  void whatIsAskedInOneTurnGoesTogetherWhenItEnds() {
    List<Future<String>> five = ask(0, 5);
    assertThat(asked).isEmpty();
    endTurn();
    assertThat(asked).containsExactly(numbers(0, 5));
    assertThat(turns).isEmpty();
    answer(0);
    for (int i = 0; i < 5; i++) {
      assertThat(five.get(i).result()).isEqualTo("to " + i);
    }
  }

  @Test
  void whatIsAskedWhileAsManyAsMayBeAreUnderWayGoesWithTheNext() {
    ask(0, 1);
    endTurn();
    ask(1, 2);
    endTurn();
    List<Future<String>> later = ask(2, 6);
    assertThat(turns).isEmpty();
    answer(1);
    assertThat(asked).containsExactly(numbers(0, 1), numbers(1, 2), numbers(2, 6));
    assertThat(later).noneMatch(Future::isComplete);
    answer(2);
    assertThat(later).allMatch(Future::succeeded);
  }

  @Test
  void noBatchIsTooLarge() {
    List<Future<String>> all = ask(0, 250);
    endTurn();
    assertThat(asked).containsExactly(numbers(0, 100), numbers(100, 200));
    answer(0);
    assertThat(asked).hasSize(3).last().isEqualTo(numbers(200, 250));
    answer(1);
    answer(2);
    assertThat(all).allMatch(Future::succeeded);
  }

  @Test
  void batchThatIsRefusedIsAskedOneByOne() {
    List<Future<String>> all = ask(0, 3);
    endTurn();
    answers.getFirst().fail("one of them is odd");
    assertThat(asked.subList(1, 4)).containsExactly(List.of(0), List.of(1), List.of(2));
    answer(1);
    answers.get(2).fail("this one");
    answer(3);
    assertThat(all.get(0).result()).isEqualTo("to 0");
    assertThat(all.get(1).cause()).hasMessage("this one");
    assertThat(all.get(2).result()).isEqualTo("to 2");
  }

  @Test
  void storeThatIsAwayIsAskedOnce() {
    List<Future<String>> all = ask(0, 3);
    endTurn();
    List<Future<String>> later = ask(3, 5);
    endTurn();
    answers.getFirst().fail(new StoreUnavailableException("Redis", null));
    assertThat(asked).containsExactly(numbers(0, 3), numbers(3, 5));
    assertThat(all).allMatch(each -> each.cause() instanceof StoreUnavailableException);
    answer(1);
    assertThat(later).allMatch(Future::succeeded);
  }

  @Test
  void batchThatCannotBeAskedIsAFailureAndNoMore() {
    List<Integer> made = new ArrayList<>();
    Batches<Integer, String> odd =
        new Batches<>(
            Runnable::run,
            1,
            100,
            questions -> {
              made.add(questions.getFirst());
              if (questions.getFirst() == 0) {
                throw new IllegalArgumentException("no 0");
              }
              return Future.succeededFuture(
                  questions.getFirst() == 1 ? List.of() : List.of("to 2"));
            });
    assertThat(odd.ask(0).cause()).hasMessage("no 0");
    assertThat(odd.ask(1).cause()).hasMessage("0 answers to 1 questions");
    assertThat(odd.ask(2).result()).isEqualTo("to 2");
    assertThat(made).containsExactly(0, 1, 2);
  }
}
