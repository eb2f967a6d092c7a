package dev.switchboard.signaling.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.metrics.MetricNames;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

final class CallMetricsTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final CallMetrics metrics = new CallMetrics(meters);

  @Test
  void everySeriesIsThereBeforeItsFirstEvent() {
    assertThat(meters.get(MetricNames.CALLS_ENDED).counters())
        .hasSize(7)
        .allMatch(counter -> counter.count() == 0);
    assertThat(meters.get(MetricNames.ICE_CONNECTIONS).counters()).hasSize(6);
    assertThat(meters.get(MetricNames.RATE_LIMITED).counters()).hasSize(2);
  }

  @Test
  void countsGoToTheSeriesThatAreThere() {
    metrics.connection("failed", "relay");
    metrics.limited("calls");
    assertThat(meters.get(MetricNames.ICE_CONNECTIONS).counters()).hasSize(6);
    assertThat(meters.get(MetricNames.RATE_LIMITED).tag("limit", "calls").counter().count())
        .isEqualTo(1);
  }
}
