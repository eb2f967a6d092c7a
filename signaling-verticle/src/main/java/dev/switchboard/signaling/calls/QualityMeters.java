package dev.switchboard.signaling.calls;

import dev.switchboard.shared.metrics.MetricNames;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How calls were whose media went by one path. Used from any thread. */
final class QualityMeters {
  private static final long[] ROUND_TRIPS = {25, 50, 100, 150, 200, 300, 400, 600, 1_000, 2_000};
  private static final long[] JITTERS = {2, 5, 10, 20, 30, 50, 100, 200, 500};
  private static final double[] LOSSES = {0.001, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5};

  private final Timer roundTrips;
  private final Timer jitters;
  private final DistributionSummary losses;

  QualityMeters(MeterRegistry meters, String path) {
    this.roundTrips = timer(meters, MetricNames.CALL_RTT, path, ROUND_TRIPS);
    this.jitters = timer(meters, MetricNames.CALL_JITTER, path, JITTERS);
    this.losses =
        DistributionSummary.builder(MetricNames.CALL_LOSS)
            .tag("path", path)
            .serviceLevelObjectives(LOSSES)
            .register(meters);
  }

  private static Timer timer(MeterRegistry meters, String name, String path, long[] millis) {
    return Timer.builder(name)
        .tag("path", path)
        .serviceLevelObjectives(
            Arrays.stream(millis).mapToObj(Duration::ofMillis).toArray(Duration[]::new))
        .register(meters);
  }

  void count(CallQuality quality) {
    record(roundTrips, quality.rttMs());
    record(jitters, quality.jitterMs());
    Double loss = quality.lossPercent();
    if (loss != null) {
      losses.record(loss / 100);
    }
  }

  private static void record(Timer timer, @Nullable Double millis) {
    if (millis != null) {
      timer.record(Duration.ofNanos(Math.round(millis * 1_000_000)));
    }
  }
}
