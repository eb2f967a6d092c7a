package dev.switchboard.signaling.edge;

import static dev.switchboard.shared.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class EarlyEventsTest {
  private final Vertx vertx = Vertx.vertx();
  private final EarlyEvents early = new EarlyEvents(vertx);
  private final List<String> handled = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private boolean hold(String name, int size) {
    return early.hold(size, () -> handled.add(name));
  }

  @Test
  void whatWaitsIsHandledInItsOrderOnceTheClientIsIn() {
    assertThat(early.areWaiting()).isFalse();
    hold("a", 1);
    hold("b", 1);
    assertThat(early.areWaiting()).isTrue();
    assertThat(handled).isEmpty();

    early.release();
    assertThat(handled).containsExactly("a", "b");
    assertThat(early.areWaiting()).isFalse();
  }

  @Test
  void eachWaitsForALimitedTime() {
    hold("a", 1);
    hold("b", 1);
    Await.until(() -> handled.equals(List.of("a", "b")));
    Await.until(() -> !early.areWaiting());
  }

  @Test
  void onlySoManyWaitAndOnlySoLargeOnes() {
    for (int i = 0; i < 128; i++) {
      assertThat(hold("e" + i, 1)).isTrue();
    }
    assertThat(hold("one more", 1)).isFalse();
    early.release();
    assertThat(hold("large", 512 * 1024)).isTrue();
    assertThat(hold("one more", 1)).isFalse();
  }
}
