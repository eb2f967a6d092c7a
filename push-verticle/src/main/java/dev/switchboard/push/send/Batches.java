package dev.switchboard.push.send;

import dev.switchboard.shared.redis.StoreUnavailableException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Questions that go together: those of one turn of the event loop, and those that come while others
 * are under way. So a busy queue asks for many at once, and a single ring waits for nobody. Belongs
 * to one event loop.
 *
 * @param <Q> a question
 * @param <A> its answer
 */
public final class Batches<Q, A> {
  private final Executor endOfTurn;
  private final int atOnce;
  private final int most;
  private final Function<List<Q>, Future<List<A>>> batch;
  private final Deque<Asked<Q, A>> waiting = new ArrayDeque<>();
  private int underWay;
  private boolean turning;

  private record Asked<Q, A>(Q question, Promise<A> answer) {}

  /**
   * Batches of the calling event loop.
   *
   * @param atOnce how many may be under way
   * @param most questions in each
   * @param batch asks them; its answer has theirs in the same order. A batch that fails otherwise
   *     than with {@link StoreUnavailableException} is asked again one by one: one question must
   *     not fail the others
   */
  public Batches(Vertx vertx, int atOnce, int most, Function<List<Q>, Future<List<A>>> batch) {
    this(task -> vertx.runOnContext(turn -> task.run()), atOnce, most, batch);
  }

  /** One whose turns end when {@code endOfTurn} says so. */
  Batches(Executor endOfTurn, int atOnce, int most, Function<List<Q>, Future<List<A>>> batch) {
    this.endOfTurn = endOfTurn;
    this.atOnce = atOnce;
    this.most = most;
    this.batch = batch;
  }

  /** The answer to one; fails as its batch does. */
  public Future<A> ask(Q question) {
    Promise<A> answer = Promise.promise();
    waiting.add(new Asked<>(question, answer));
    if (!turning && underWay < atOnce) {
      turning = true;
      endOfTurn.execute(
          () -> {
            turning = false;
            go();
          });
    }
    return answer.future();
  }

  private void go() {
    while (underWay < atOnce && !waiting.isEmpty()) {
      List<Asked<Q, A>> together = new ArrayList<>(Math.min(most, waiting.size()));
      while (together.size() < most && !waiting.isEmpty()) {
        together.add(waiting.remove());
      }
      underWay++;
      askAll(together.stream().map(Asked::question).toList())
          .onComplete(
              answers -> {
                underWay--;
                answer(together, answers);
                go();
              });
    }
  }

  private Future<List<A>> askAll(List<Q> questions) {
    return Future.succeededFuture(questions)
        .compose(batch)
        .map(
            answers -> {
              if (answers.size() != questions.size()) {
                throw new IllegalStateException(
                    answers.size() + " answers to " + questions.size() + " questions");
              }
              return answers;
            });
  }

  private void answer(List<Asked<Q, A>> asked, AsyncResult<List<A>> answers) {
    if (answers.succeeded()) {
      for (int i = 0; i < asked.size(); i++) {
        asked.get(i).answer.complete(answers.result().get(i));
      }
    } else if (asked.size() == 1 || answers.cause() instanceof StoreUnavailableException) {
      asked.forEach(each -> each.answer.fail(answers.cause()));
    } else {
      asked.forEach(
          each -> askAll(List.of(each.question)).map(List::getFirst).onComplete(each.answer));
    }
  }
}
