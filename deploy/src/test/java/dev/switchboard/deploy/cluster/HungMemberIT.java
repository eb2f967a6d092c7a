package dev.switchboard.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One of two processes hangs, for which the kernel goes on taking connections. */
final class HungMemberIT {
  private static final int MERGED_SECONDS = 60;

  @Test
  void otherOneStartsWithoutItAndIsMergedWithItOnceItGoesOn() {
    RealRedis.flush();
    try (Nodes nodes = Nodes.start(Map.of(), "signaling", "signaling")) {
      nodes.node(1).kill9();
      nodes.node(0).pause();
      nodes.node(1).relaunch();
      nodes.node(1).awaitReady();
      nodes.node(0).resume();
      Await.until(() -> nodes.allSee(2), MERGED_SECONDS);
      assertThat(nodes.node(1).isAlive()).isTrue();
    }
  }
}
