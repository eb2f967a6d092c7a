package dev.switchboard.signaling.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StandstillTest {
  private static final long LONG_NANOS = 5_000_000_000L;

  private final Vertx vertx = Vertx.vertx();
  private final Promise<Void> looked = Promise.promise();
  private final List<String> taken = new CopyOnWriteArrayList<>();
  private volatile long nanos;
  private final Standstill standstill = new Standstill(vertx, () -> nanos, looked::future);

  @AfterEach
  void close() {
    Await.await(vertx.close());
  }

  @Test
  void nothingWaitsWhileTheLoopRuns() {
    standstill.run(() -> taken.add("a"));
    standstill.beat();
    standstill.run(() -> taken.add("b"));
    assertThat(taken).containsExactly("a", "b");
  }

  @Test
  void whatComesAfterAStandstillWaitsInOrderUntilTheEdgeHasLookedRound() {
    nanos = LONG_NANOS;
    standstill.run(() -> taken.add("a"));
    standstill.beat();
    standstill.run(() -> taken.add("b"));
    assertThat(taken).isEmpty();
    looked.fail("Redis is away");
    Await.until(() -> taken.equals(List.of("a", "b")));
    standstill.run(() -> taken.add("c"));
    assertThat(taken).containsExactly("a", "b", "c");
  }

  @Test
  void theFirstBeatAfterAStandstillNoticesIt() {
    nanos = LONG_NANOS;
    standstill.beat();
    standstill.run(() -> taken.add("a"));
    assertThat(taken).isEmpty();
    looked.complete();
    Await.until(() -> taken.equals(List.of("a")));
  }
}
