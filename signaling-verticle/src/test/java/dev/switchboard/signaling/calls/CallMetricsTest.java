package dev.switchboard.signaling.calls;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.metrics.MetricNames;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
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
  void howACallWasGoesToThePathItWent() {
    metrics.quality(new CallQuality(80.0, null, 2.5, "relay"));
    for (String name : List.of(MetricNames.CALL_RTT, MetricNames.CALL_JITTER)) {
      assertThat(meters.get(name).timers()).hasSize(3);
    }
    assertThat(
            meters.get(MetricNames.CALL_RTT).tag("path", "relay").timer().totalTime(MILLISECONDS))
        .isEqualTo(80);
    assertThat(meters.get(MetricNames.CALL_JITTER).timers()).allMatch(it -> it.count() == 0);
    assertThat(meters.get(MetricNames.CALL_LOSS).tag("path", "relay").summary().totalAmount())
        .isEqualTo(0.025);
    assertThat(meters.get(MetricNames.CALL_LOSS).tag("path", "host").summary().count()).isZero();
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
