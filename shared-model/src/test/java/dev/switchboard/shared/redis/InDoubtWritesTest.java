package dev.switchboard.shared.redis;

import static dev.switchboard.shared.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.redis.InDoubtWrites.Resolution;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class InDoubtWritesTest {
  private final Vertx vertx = Vertx.vertx();
  private final InDoubtWrites<String> writes = new InDoubtWrites<>(vertx);
  private final AtomicInteger asked = new AtomicInteger();
  private volatile Future<Resolution<String>> answer =
      Future.succeededFuture(new Resolution.Pending<>());

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private Future<Resolution<String>> ask() {
    asked.incrementAndGet();
    return answer;
  }

  private void is(Resolution<String> resolution) {
    answer = Future.succeededFuture(resolution);
  }

  @Test
  void itIsAskedUntilItIsClear() {
    Future<String> resolved = writes.resolve("w", this::ask);
    Await.until(() -> asked.get() == 1);
    answer = Future.failedFuture(new StoreUnavailableException("Redis", null));
    Await.until(() -> asked.get() == 2);
    assertThat(writes.contains("w")).isTrue();
    is(new Resolution.Applied<>("outcome"));

    assertThat(await(resolved)).isEqualTo("outcome");
    assertThat(writes.contains("w")).isFalse();
  }

  @Test
  void aWriteThatWasNotAppliedHasNoOutcome() {
    is(new Resolution.NotApplied<>());
    assertThat(await(writes.resolve("w", this::ask))).isNull();
  }

  @Test
  void whatIsWithdrawnIsAskedForNoMore() {
    Future<String> resolved = writes.resolve("w", this::ask);
    assertThat(writes.withdraw("w")).isTrue();
    assertThat(writes.withdraw("w")).isFalse();

    assertThat(await(resolved)).isNull();
    assertThat(asked).hasValue(0);
  }

  @Test
  void onlyARequestThatWasSentIsInDoubt() {
    assertThat(InDoubtWrites.isInDoubt(new StoreUnavailableException("Redis", null))).isFalse();
    assertThat(InDoubtWrites.isInDoubt(StoreUnavailableException.inDoubt("Redis", null))).isTrue();
    assertThat(InDoubtWrites.isInDoubt(new IllegalStateException())).isFalse();
  }
}
