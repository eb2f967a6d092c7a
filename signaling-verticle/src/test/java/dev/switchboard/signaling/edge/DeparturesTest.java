package dev.switchboard.signaling.edge;

import static dev.switchboard.shared.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DeparturesTest {
  private final Vertx vertx = Vertx.vertx();
  private final Departures<String> departures = new Departures<>(vertx, name -> name);
  private final List<Boolean> attempts = new CopyOnWriteArrayList<>();
  private volatile Future<Void> outcome = Future.succeededFuture();

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private Future<Void> attempt(boolean inDoubt) {
    attempts.add(inDoubt);
    return outcome;
  }

  private void storeIs(@Nullable Throwable failure) {
    outcome = failure == null ? Future.succeededFuture() : Future.failedFuture(failure);
  }

  @Test
  void whoIsGoneIsPendingUntilTheStoreKnows() {
    storeIs(new StoreUnavailableException("Redis", null));
    Future<Void> told = departures.depart("ann", this::attempt);
    assertThat(departures.isPending("ann")).isTrue();
    assertThat(departures.settled().isComplete()).isFalse();

    storeIs(null);
    await(told);
    assertThat(departures.isPending("ann")).isFalse();
    assertThat(attempts).containsExactly(false, false);
    await(departures.settled());
  }

  @Test
  void anAttemptWithoutAnAnswerLeavesTheNextOnesInDoubt() {
    storeIs(StoreUnavailableException.inDoubt("Redis", null));
    Future<Void> told = departures.depart("ann", this::attempt);
    storeIs(null);

    await(told);
    assertThat(attempts).containsExactly(false, true);
  }

  @Test
  void whoIsBackIsReportedNoMore() {
    storeIs(new StoreUnavailableException("Redis", null));
    Future<Void> told = departures.depart("ann", this::attempt);
    departures.cancel("ann");

    await(told);
    assertThat(attempts).hasSize(1);
  }

  @Test
  void reportedTwiceItIsStoredOnce() {
    storeIs(new StoreUnavailableException("Redis", null));
    Future<Void> first = departures.depart("ann", this::attempt);
    Future<Void> second = departures.depart("ann", this::attempt);
    storeIs(null);

    await(Future.all(first, second));
    assertThat(attempts).hasSize(2);
  }

  @Test
  void aBugEndsIt() {
    storeIs(new IllegalStateException("a bug"));
    await(departures.depart("ann", this::attempt));
    assertThat(departures.isPending("ann")).isFalse();
    assertThat(attempts).hasSize(1);
  }
}
