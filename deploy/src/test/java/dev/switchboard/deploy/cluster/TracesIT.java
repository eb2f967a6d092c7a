package dev.switchboard.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.deploy.testing.TraceCollector;
import dev.switchboard.deploy.testing.TraceCollector.Received;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Roles apart, and a collector that all of them report to. */
final class TracesIT {
  private static final int PUSH = 3;
  private static TraceCollector collector;
  private static Nodes nodes;

  @BeforeAll
  static void start() {
    collector = new TraceCollector();
    nodes =
        Nodes.start(
            Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                collector.endpoint(),
                "TURN_SERVER_URL",
                "turn:127.0.0.1:3478",
                "TURN_STATIC_SECRET",
                "of the relay"),
            "signaling",
            "signaling",
            "ice",
            "push");
  }

  @AfterAll
  static void stop() {
    nodes.hangUp();
    nodes.close();
    collector.close();
  }

  private static void addPhone(String userId) {
    URI tokens = nodes.node(PUSH).url().resolve("/v1/push/tokens");
    JsonObject phone =
        new JsonObject().put("token", "t".repeat(40)).put("type", "fcm").put("platform", "android");
    int status =
        Nodes.send(
                HttpRequest.newBuilder(tokens)
                    .header("Authorization", "Bearer " + nodes.token(userId))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(phone.encode())))
            .statusCode();
    assertThat(status).isEqualTo(200);
  }

  @Test
  void callIsOneTraceOverRolesAndNodes() {
    StockClient ann = nodes.client(0, "tracy", "laptop");
    StockClient bob = nodes.client(1, "trent", "laptop");
    addPhone("trent");
    String callId = ann.call(bob);
    ann.ask("call_end", new JsonObject().put("callId", callId));

    String trace = callId.replace("-", "");
    List<String> wanted =
        List.of("call", "initiate", "save", "make ice servers", "push fcm", "accept", "end");
    Await.until(() -> names(trace).containsAll(wanted), 30);

    List<Received> spans = collector.trace(trace);
    Received call = spans.stream().filter(span -> span.name().equals("call")).findFirst().get();
    assertThat(call.parentId()).isEmpty();
    assertThat(spans)
        .filteredOn(span -> span != call)
        .allMatch(span -> span.parentId().equals(call.spanId()));
    assertThat(spans.stream().map(Received::node).distinct()).hasSize(4);
  }

  private static List<String> names(String trace) {
    return collector.trace(trace).stream().map(Received::name).toList();
  }

  @Test
  void requestsOverHttpAreTracedToo() {
    Nodes.json(nodes.node(0).url(), "/ping?token=nobody-may-read-this");
    Await.until(
        () -> collector.all().stream().anyMatch(span -> span.attributes().contains("/ping")), 30);
    assertThat(collector.all()).noneMatch(span -> span.attributes().contains("nobody-may-read"));
  }
}
