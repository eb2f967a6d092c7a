package dev.switchboard.shared.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BlockingCallDetector.class)
class BlockingCallDetectorTest {
  private final List<String> found = new ArrayList<>();

  private boolean isFound() {
    found.addAll(BlockingCallDetector.drain());
    return !found.isEmpty();
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void eventLoopThatWaitsIsFoundWithItsStack() {
    Vertx vertx = Vertx.vertx();
    CountDownLatch latch = new CountDownLatch(1);
    try {
      vertx.runOnContext(now -> waitFor(latch));
      Await.until(this::isFound);
      assertThat(found.getFirst()).contains("vert.x-eventloop-thread-").contains("waitFor");
    } finally {
      latch.countDown();
      Await.await(vertx.close());
    }
  }
}
