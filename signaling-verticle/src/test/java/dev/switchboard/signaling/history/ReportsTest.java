package dev.switchboard.signaling.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.metrics.MetricNames;
import dev.switchboard.shared.redis.stream.StreamEntry;
import dev.switchboard.signaling.calls.CallMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReportsTest {
  private static final String RELAY = "{\"rttMs\":80.0,\"path\":\"relay\"}";
  private static final String HOST = "{\"rttMs\":4.0,\"path\":\"host\"}";
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final CallMetrics metrics = new CallMetrics(meters);

  private static Reports reports(String caller, String callee, String late) {
    Map<String, String> fields =
        Map.of("caller", caller, "callee", callee, "reports", "2", "late", late);
    return Reports.of(new StreamEntry("1-1", new HashMap<>(fields)));
  }

  private long counted(String path) {
    return meters.get(MetricNames.CALL_RTT).tag("path", path).timer().count();
  }

  @Test
  void recordOfACallThatNobodyReportedOnHasNone() {
    Reports none = Reports.of(new StreamEntry("1-1", Map.of("call", "{}", "hidden", "0")));
    assertThat(none).isEqualTo(new Reports(null, 0, ""));
    none.countIn(metrics);
    assertThat(counted("relay") + counted("host")).isZero();
  }

  @Test
  void sidesAreReadAndCountOnceEach() {
    Reports both = reports(RELAY, HOST, "");
    assertThat(both.count()).isEqualTo(2);
    assertThat(both.quality())
        .isEqualTo(
            new JsonObject()
                .put("caller", new JsonObject(RELAY))
                .put("callee", new JsonObject(HOST)));
    both.countIn(metrics);
    assertThat(counted("relay")).isOne();
    assertThat(counted("host")).isOne();
  }

  @Test
  void lateReportCountsOnlyIfItIsTheFirstOfItsSide() {
    Reports first = reports(RELAY, HOST, "callee");
    assertThat(first.isLate()).isTrue();
    first.countIn(metrics);
    reports(RELAY, HOST, "again").countIn(metrics);
    assertThat(counted("relay")).isZero();
    assertThat(counted("host")).isOne();
  }
}
