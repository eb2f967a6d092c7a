package dev.switchboard.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.OwnClock;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients see when somebody sets the clock of one of two nodes. */
final class ClockIT {
  /** A lease of 8 s, and the five of a member that is not heard of. */
  private static final long NOTICED_SECONDS = 14;

  private static final OwnClock clock = new OwnClock();
  private static Nodes nodes;

  @BeforeAll
  static void start() {
    nodes = Nodes.start(Map.of("CALL_RING_TIMEOUT", "40s"), "signaling");
    nodes.join("signaling", clock.launcher().toArray(String[]::new));
    Await.until(() -> nodes.allSee(2), 30);
  }

  @AfterEach
  void set() {
    clock.set(Duration.ZERO);
    nodes.hangUp();
  }

  @AfterAll
  static void stop() {
    nodes.close();
    clock.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {-90, 90})
  void whoIsThereAndWhatRingsStays(int seconds) {
    StockClient ann = nodes.client(0, "ann", "phone");
    StockClient bob = nodes.client(1, "bob", "phone");
    clock.set(Duration.ofSeconds(seconds));
    JsonObject dialed =
        ann.ask("call_initiate", new JsonObject().put("calleeId", "bob").put("callType", "audio"));
    JsonObject call = new JsonObject().put("callId", bob.hear("incoming_call").getString("callId"));
    assertThat(dialed.getString("callId")).isEqualTo(call.getString("callId"));
    long noticed = System.nanoTime() + TimeUnit.SECONDS.toNanos(NOTICED_SECONDS);
    Await.until(() -> System.nanoTime() - noticed > 0, 2 * NOTICED_SECONDS);
    assertThat(nodes.allSee(2)).isTrue();
    JsonObject accepted = bob.ask("call_accept", call);
    assertThat(accepted.getBoolean("success")).as(accepted.encode()).isTrue();
    ann.hear("call_accept");
    assertThat(ann.all("registered")).hasSize(1);
    assertThat(bob.all("registered")).hasSize(1);
    assertThat(ann.ask("call_end", call).getBoolean("success")).isTrue();
    bob.hear("call_end");
  }
}
