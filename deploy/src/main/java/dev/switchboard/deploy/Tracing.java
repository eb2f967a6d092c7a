package dev.switchboard.deploy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.role.RoleName;
import dev.switchboard.shared.trace.CallTraces;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.vertx.core.spi.VertxTracerFactory;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What a process reports to a collector of OpenTelemetry: calls ({@link CallTraces}), and by Vert.x
 * requests over HTTP and what they cause. Spans leave in batches on a thread of their own; those
 * that a slow collector leaves no room for are dropped.
 */
final class Tracing implements AutoCloseable {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
  private static final String HEADERS = "OTEL_EXPORTER_OTLP_HEADERS";
  private static final String SHARE = "OTEL_TRACES_SAMPLER_ARG";
  private static final long FLUSH_MILLIS = 2_000;

  private final OpenTelemetrySdk sdk;
  private final CallTraces calls;

  private Tracing(OpenTelemetrySdk sdk) {
    this.sdk = sdk;
    this.calls = new CallSpans(sdk.getTracer("dev.switchboard"));
  }

  /**
   * Empty where no collector is named. Throws {@link BadSettingException} for what is no URL, no
   * header or no share.
   */
  static Optional<Tracing> from(Settings settings, String nodeId) {
    double share = share(settings.text(SHARE, "1"));
    String service = settings.text("OTEL_SERVICE_NAME", "switchboard");
    List<String> headers = settings.list(HEADERS, List.of());
    return settings
        .text(ENDPOINT)
        .map(endpoint -> exporter(endpoint, headers))
        .map(
            exporter -> {
              SdkTracerProvider provider =
                  SdkTracerProvider.builder()
                      .setIdGenerator(new CallSpanIds())
                      .setSampler(new ShareOfTraces(share))
                      .setResource(resource(settings, service, nodeId))
                      .addSpanProcessor(
                          BatchSpanProcessor.builder(new SpansWithoutSecrets(exporter.build()))
                              .build())
                      .build();
              return new Tracing(
                  OpenTelemetrySdk.builder()
                      .setTracerProvider(provider)
                      .setPropagators(
                          ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                      .build());
            });
  }

  private static Resource resource(Settings settings, String service, String nodeId) {
    List<String> roles =
        ProcessSettings.from(settings).roles().stream().map(RoleName::wireName).sorted().toList();
    return Resource.create(
        Attributes.builder()
            .put("service.name", service)
            .put("service.version", ManagementRoutes.VERSION)
            .put("service.instance.id", nodeId)
            .put(AttributeKey.stringArrayKey("switchboard.roles"), roles)
            .build());
  }

  private static OtlpHttpSpanExporterBuilder exporter(String endpoint, List<String> headers) {
    String path = endpoint.endsWith("/") ? "v1/traces" : "/v1/traces";
    OtlpHttpSpanExporterBuilder exporter =
        OtlpHttpSpanExporter.builder().setEndpoint(url(endpoint) + path);
    for (String header : headers) {
      int equals = header.indexOf('=');
      if (equals < 1) {
        throw new BadSettingException(HEADERS, "must be name=value, comma-separated");
      }
      exporter.addHeader(header.substring(0, equals).strip(), header.substring(equals + 1).strip());
    }
    return exporter;
  }

  private static String url(String text) {
    try {
      URI url = URI.create(text);
      if (url.getHost() != null && List.of("http", "https").contains(url.getScheme())) {
        return text;
      }
    } catch (IllegalArgumentException e) {
      // told below, with the value
    }
    throw new BadSettingException(
        ENDPOINT, "'" + text + "' is not an http or https URL of a collector (OTLP over HTTP)");
  }

  private static double share(String text) {
    try {
      double share = Double.parseDouble(text);
      if (share >= 0 && share <= 1) {
        return share;
      }
    } catch (NumberFormatException e) {
      // told below, with the value
    }
    throw new BadSettingException(SHARE, "'" + text + "' is not a share from 0 to 1");
  }

  /** Of calls. */
  CallTraces calls() {
    return calls;
  }

  /** Of requests. */
  VertxTracerFactory requests() {
    return new OpenTelemetryTracingFactory(sdk);
  }

  /** Sends what is left, for two seconds at most; blocks as long. */
  @Override
  public void close() {
    sdk.getSdkTracerProvider().shutdown().join(FLUSH_MILLIS, TimeUnit.MILLISECONDS);
  }
}
