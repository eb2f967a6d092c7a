package dev.switchboard.deploy.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** What OpenTelemetry calls a collector: it takes spans by OTLP over HTTP, and keeps them. */
public final class TraceCollector implements AutoCloseable {
  /**
   * A span, as the collector got it.
   *
   * @param parentId empty for the first of a trace
   * @param node {@code service.instance.id} of who sent it
   * @param attributes of the span, as a text
   */
  public record Received(
      String traceId,
      String spanId,
      String parentId,
      String name,
      String node,
      String attributes) {}

  private final List<Received> spans = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  public TraceCollector() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  /** What {@code OTEL_EXPORTER_OTLP_ENDPOINT} is to be. */
  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The spans of one trace so far. */
  public List<Received> trace(String id) {
    return spans.stream().filter(span -> span.traceId().equals(id)).toList();
  }

  /** All spans so far. */
  public List<Received> all() {
    return List.copyOf(spans);
  }

  private void take(HttpExchange exchange) throws IOException {
    boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    InputStream body = exchange.getRequestBody();
    ExportTraceServiceRequest request =
        ExportTraceServiceRequest.parseFrom(packed ? new GZIPInputStream(body) : body);
    request.getResourceSpansList().forEach(this::keep);
    exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  private void keep(ResourceSpans of) {
    String node =
        of.getResource().getAttributesList().stream()
            .filter(attribute -> attribute.getKey().equals("service.instance.id"))
            .map(attribute -> attribute.getValue().getStringValue())
            .findFirst()
            .orElse("");
    HexFormat hex = HexFormat.of();
    of.getScopeSpansList().stream()
        .flatMap(scope -> scope.getSpansList().stream())
        .map(
            span ->
                new Received(
                    hex.formatHex(span.getTraceId().toByteArray()),
                    hex.formatHex(span.getSpanId().toByteArray()),
                    hex.formatHex(span.getParentSpanId().toByteArray()),
                    span.getName(),
                    node,
                    span.getAttributesList().toString()))
        .forEach(spans::add);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
