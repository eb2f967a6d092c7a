package dev.switchboard.deploy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.deploy.testing.TestSettings;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerIT {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static Server server;

  @BeforeAll
  static void start() {
    server = Await.await(Server.start(Settings.of(settings())), 30);
  }

  @AfterAll
  static void stop() {
    Await.await(server.stop(), 30);
  }

  private static Map<String, String> settings() {
    return TestSettings.with(
        Map.of("PORT", "0", "EDGES", "2", "CORS_ORIGIN", "https://app.example"));
  }

  private static HttpResponse<String> send(String method, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .timeout(Duration.ofSeconds(10))
            .method(method, HttpRequest.BodyPublishers.noBody());
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return CLIENT.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString()).join();
  }

  private static JsonObject json(HttpResponse<String> response) {
    return new JsonObject(response.body());
  }

  @Test
  void healthTellsOfTheStoresAndTheCluster() {
    JsonObject health = json(send("GET", "/health"));
    assertThat(health.getString("status")).isEqualTo("ok");
    assertThat(Instant.parse(health.getString("timestamp"))).isNotNull();
    assertThat(health.getString("redis")).isEqualTo("connected");
    assertThat(health.getString("postgres")).isEqualTo("connected");
    assertThat(health.getJsonObject("cluster").getInteger("nodes")).isEqualTo(1);
    assertThat(health.fieldNames()).contains("fcm", "apns", "webpush", "roles", "sessions");
  }

  @Test
  void anUnknownPathHasTheShapeOfTheContract() {
    for (String method : new String[] {"GET", "POST", "DELETE"}) {
      HttpResponse<String> answer = send(method, "/nothing/here");
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(json(answer).getMap())
          .containsEntry("success", false)
          .containsEntry("error", "Endpoint not found")
          .containsKey("detail");
    }
  }

  /** The beginning of the answer to a request as it is written. */
  private static String raw(String request) throws IOException {
    URI address = URI.create(server.address());
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      byte[] head = socket.getInputStream().readNBytes("HTTP/1.1 400".length());
      return new String(head, US_ASCII);
    }
  }

  @Test
  void requestWithoutAHostIsTheClientsFault() throws IOException {
    assertThat(raw("GET /ping HTTP/1.1\r\n\r\n")).isEqualTo("HTTP/1.1 400");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void wishForHttp2WithoutTlsIsOverheard(String method) throws IOException {
    String request =
        method
            + " /ping HTTP/1.1\r\n"
            + "Host: x\r\n"
            + "Connection: Upgrade, HTTP2-Settings\r\n"
            + "Upgrade: h2c\r\n"
            + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n"
            + "Content-Length: 2\r\n\r\n"
            + "{}";
    assertThat(raw(request)).isEqualTo(method.equals("GET") ? "HTTP/1.1 200" : "HTTP/1.1 404");
  }

  @Test
  void headIsAnsweredLikeGetWithoutABody() {
    HttpResponse<String> answer = send("HEAD", "/health");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("application/");
    assertThat(answer.body()).isEmpty();
    assertThat(send("HEAD", "/nothing/here").statusCode()).isEqualTo(404);
  }

  @Test
  void aMethodThatAPathDoesNotHaveIsNoServerError() {
    assertThat(send("POST", "/health").statusCode()).isEqualTo(404);
  }

  @Test
  void anAllowedOriginPassesPreflightWithCredentials() {
    HttpResponse<String> answer =
        send(
            "OPTIONS",
            "/health",
            "Origin",
            "https://app.example",
            "Access-Control-Request-Method",
            "POST",
            "Access-Control-Request-Headers",
            "authorization");
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("access-control-allow-origin"))
        .contains("https://app.example");
    assertThat(answer.headers().firstValue("access-control-allow-credentials")).contains("true");
    assertThat(answer.headers().firstValue("access-control-allow-headers"))
        .contains("authorization");
  }

  @Test
  void anotherOriginGetsNoPermission() {
    HttpResponse<String> answer = send("GET", "/ping", "Origin", "https://evil.example");
    assertThat(answer.headers().firstValue("access-control-allow-origin")).isEmpty();
  }

  @Test
  void tokensForTryingOutAreForThisMachineOnly() {
    JsonObject issued = json(send("GET", "/dev/token?userId=ann&admin=true"));
    assertThat(issued.getString("token")).isNotBlank();
    assertThat(issued.getString("userId")).isEqualTo("ann");
    assertThat(send("GET", "/dev/token?userId=ann", "X-Forwarded-For", "10.0.0.1").statusCode())
        .isEqualTo(404);
    assertThat(send("GET", "/dev/token?userId=ann", "Origin", "https://evil.example").statusCode())
        .isEqualTo(404);
    assertThat(send("GET", "/dev/token").statusCode()).isEqualTo(400);
  }

  @Test
  void metricsTellRequestsByRoute() {
    send("GET", "/ping");
    assertThat(send("GET", "/metrics").body())
        .contains("switchboard_http_requests_seconds_count")
        .contains("switchboard_redis_command_seconds")
        .contains("jvm_memory_used_bytes");
  }

  @Test
  void readinessFollowsRedisAwayAndBack() {
    Await.until(() -> send("GET", "/health/ready").statusCode() == 200);
    RealRedis.stop();
    try {
      Await.until(() -> send("GET", "/health/ready").statusCode() == 503);
      assertThat(json(send("GET", "/health")).getString("redis")).isEqualTo("disconnected");
      assertThat(json(send("GET", "/health")).getString("status")).isEqualTo("degraded");
      assertThat(send("GET", "/health/live").statusCode()).isEqualTo(200);
    } finally {
      RealRedis.start();
    }
    Await.until(() -> send("GET", "/health/ready").statusCode() == 200);
  }

  @Test
  void noKeyForTokensStopsTheStart() {
    Map<String, String> values = settings();
    values.remove("JWT_SECRET");
    assertThatThrownBy(() -> Server.start(Settings.of(values)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("JWT_SECRET: ");
  }
}
