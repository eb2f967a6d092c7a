package dev.switchboard.shared.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimeLimitTest {
  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();

  @AfterEach
  void close() {
    Await.await(vertx.close());
  }

  private Future<String> bounded(Future<String> future, Promise<Thread> toldOn) {
    Promise<String> outcome = Promise.promise();
    loop.runOnContext(
        go -> {
          Future<String> bounded = TimeLimit.of(vertx, 20, future);
          bounded.onComplete(ended -> toldOn.complete(Thread.currentThread()));
          bounded.onComplete(outcome);
        });
    return outcome.future();
  }

  private Thread loopThread() {
    Promise<Thread> thread = Promise.promise();
    loop.runOnContext(go -> thread.complete(Thread.currentThread()));
    return Await.await(thread.future());
  }

  @Test
  void whatTakesTooLongFailsOnTheLoopThatAsked() {
    Promise<Thread> toldOn = Promise.promise();

    assertThat(Await.failure(bounded(Promise.<String>promise().future(), toldOn)))
        .isInstanceOf(TimeoutException.class)
        .hasMessage("not completed within 20 ms");
    assertThat(Await.await(toldOn.future())).isEqualTo(loopThread());
  }

  @Test
  void whatEndsInTimeIsPassedOn() {
    IllegalStateException failure = new IllegalStateException("no");

    assertThat(Await.await(bounded(Future.succeededFuture("yes"), Promise.promise())))
        .isEqualTo("yes");
    assertThat(Await.failure(bounded(Future.failedFuture(failure), Promise.promise())))
        .isSameAs(failure);
  }
}
