package dev.switchboard.signaling.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.signaling.testing.JavaScriptClient;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The official JavaScript client, whose connection is lost and recovered on another node. */
final class RecoveryIT {
  private ChatNodes nodes;

  @BeforeAll
  static void install() throws Exception {
    JavaScriptClient.install();
  }

  @BeforeEach
  void start() {
    RealRedis.flush();
    nodes =
        new ChatNodes(
            Map.of(
                "CONNECTION_RECOVERY", "2m",
                "CALL_AUTH", "trust",
                "CHAT_SEAT_TTL", "0",
                "RATE_CHAT_PER_SECOND", "0",
                "RATE_EVENTS_PER_SECOND", "0"));
  }

  @AfterEach
  void stop() {
    nodes.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"missed", "receipt", "many", "unknown", "gone", "thrice", "registered"})
  void stockClientGoesOnElsewhere(String step) throws Exception {
    assertThat(JavaScriptClient.run("recovery.cjs", step, nodes.url(0), nodes.url(1)))
        .isEqualTo("all is well");
  }

  @Test
  void whatIsKeptOfASocketThatEndedIsGoneAfterTheWindow() {
    nodes.guest(0).drop();
    Await.until(() -> nodes.lives("recovery:socket:*").stream().anyMatch(life -> life <= 120_000));
    assertThat(nodes.lives("recovery:socket:*")).hasSize(1);
  }
}
