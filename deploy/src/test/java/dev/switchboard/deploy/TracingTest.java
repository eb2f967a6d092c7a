package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TracingTest {
  private static final String CALL = "c9f8f0a1-3c53-4a54-9f4e-8a1b2c3d4e5f";

  @Test
  void thereIsNoneWithoutCollector() {
    assertThat(Tracing.from(Settings.of(Map.of()), "n")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "OTEL_EXPORTER_OTLP_ENDPOINT, collector:4318",
    "OTEL_EXPORTER_OTLP_ENDPOINT, ftp://collector",
    "OTEL_EXPORTER_OTLP_HEADERS, no value",
    "OTEL_TRACES_SAMPLER_ARG, 1.5",
    "OTEL_TRACES_SAMPLER_ARG, all"
  })
  void badSettingIsNamed(String name, String value) {
    Map<String, String> settings =
        name.endsWith("ENDPOINT")
            ? Map.of(name, value)
            : Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318", name, value);
    assertThatThrownBy(() -> Tracing.from(Settings.of(settings), "n"))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining(name);
  }

  @Test
  void urlsLeaveWithoutTokens() {
    AttributeKey<String> served = AttributeKey.stringKey("http.url");
    AttributeKey<String> asked = AttributeKey.stringKey("url.full");
    AttributeKey<String> path = AttributeKey.stringKey("url.path");
    Attributes all =
        Attributes.builder()
            .put(served, "http://calls.example/socket.io/?EIO=4&token=secret")
            .put(path, "/socket.io/")
            .put("url.query", "EIO=4&token=secret")
            .put(asked, "https://push.example:8443/send/secret")
            .build();
    assertThat(SpansWithoutSecrets.clean(all))
        .isEqualTo(
            Attributes.of(
                served,
                "http://calls.example/socket.io/",
                path,
                "/socket.io/",
                asked,
                "https://push.example:8443"));
    assertThat(SpansWithoutSecrets.clean(Attributes.of(asked, "https://push.example")))
        .isEqualTo(Attributes.of(asked, "https://push.example"));
  }

  @Test
  void traceOfCallIsItsIdWithoutDashes() {
    assertThat(CallSpanIds.traceOf(CALL)).isEqualTo("c9f8f0a13c534a549f4e8a1b2c3d4e5f");
    assertThat(CallSpanIds.spanOf(CALL)).isEqualTo("9f4e8a1b2c3d4e5f");
    assertThat(CallSpanIds.traceOf("no uuid")).matches("[0-9a-f]{32}");
  }

  @Test
  void idsOfTheCallAreForItsOwnSpanOnly() {
    CallSpanIds ids = new CallSpanIds();
    CallSpanIds.beginning(
        CALL, () -> assertThat(ids.generateSpanId()).isEqualTo(CallSpanIds.spanOf(CALL)));
    assertThat(ids.generateSpanId()).isNotEqualTo(CallSpanIds.spanOf(CALL));
  }

  @Test
  void shareOfCallsIsTaken() {
    assertThat(taken(0)).isZero();
    assertThat(taken(1)).isEqualTo(2_000);
    assertThat(taken(0.25)).isBetween(350L, 650L);
  }

  private static long taken(double share) {
    ShareOfTraces sampler = new ShareOfTraces(share);
    return IntStream.range(0, 2_000)
        .mapToObj(i -> CallSpanIds.traceOf(UUID.randomUUID().toString()))
        .map(trace -> decide(sampler, trace).getDecision())
        .filter(SamplingDecision.RECORD_AND_SAMPLE::equals)
        .count();
  }

  private static SamplingResult decide(ShareOfTraces sampler, String trace) {
    return sampler.shouldSample(
        Context.root(), trace, "call", SpanKind.INTERNAL, Attributes.empty(), List.of());
  }
}
