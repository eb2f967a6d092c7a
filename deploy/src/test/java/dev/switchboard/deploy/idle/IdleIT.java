package dev.switchboard.deploy.idle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The measurement of idle connections in small. */
final class IdleIT {
  private static final int CONNECTIONS = 100;

  @Test
  void allRegisterAnswerPingsAndAreToldThatTheServerStops() {
    Map<String, String> settings =
        Map.of("SOCKET_PING_INTERVAL", "1s", "SOCKET_PING_TIMEOUT", "30s");
    try (IdleRun run = new IdleRun(settings)) {
      IdleFigures figures = run.measure(CONNECTIONS, Duration.ofSeconds(4), happens -> {});
      assertThat(figures.pings()).isGreaterThanOrEqualTo(CONNECTIONS);
      assertThat(figures.fullHeapBytes()).isGreaterThan(figures.emptyHeapBytes());
      assertThat(figures.closed()).isEqualTo(CONNECTIONS);
      assertThat(figures.told()).isEqualTo(CONNECTIONS);
    }
  }
}
