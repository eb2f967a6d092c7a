package dev.switchboard.ice;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.ice.server.Credential;
import dev.switchboard.shared.bus.BusAddresses;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IceRoutesIT {
  // a relay that nobody probes successfully: alone on the list it stays there
  private static final Map<String, String> TURN =
      Map.of("TURN_SERVER_URL", "turn:127.0.0.1:3470", "TURN_STATIC_SECRET", "s3cret");

  private final HttpClient client = HttpClient.newHttpClient();

  private static Map<String, String> turnAnd(String name, String value) {
    Map<String, String> settings = new HashMap<>(TURN);
    settings.put(name, value);
    return settings;
  }

  private HttpResponse<String> send(IceNode node, String method, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.server.actualPort() + path))
            .timeout(Duration.ofSeconds(5))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String username(HttpResponse<String> response) {
    JsonObject body = new JsonObject(response.body());
    JsonArray servers = body.getJsonArray("iceServers", body.getJsonArray("ice_servers"));
    return servers.getJsonObject(1).getString("username");
  }

  @Test
  void bothAddressesAnswerTheSameListInTheirShape() throws Exception {
    try (IceNode node = new IceNode(TURN)) {
      JsonObject body = new JsonObject(send(node, "GET", "/ice-servers?userId=alice").body());
      JsonObject other =
          new JsonObject(send(node, "GET", "/v1/calls/ice-servers?userId=alice").body());

      Credential expected = new TurnCredentials("s3cret").mint("alice", IceNode.NOW, 3_600);
      assertThat(body)
          .isEqualTo(
              new JsonObject()
                  .put("success", true)
                  .put(
                      "iceServers",
                      new JsonArray()
                          .add(new JsonObject().put("urls", "stun:stun.l.google.com:19302"))
                          .add(
                              new JsonObject()
                                  .put("urls", "turn:127.0.0.1:3470")
                                  .put("username", expected.username())
                                  .put("credential", expected.password())))
                  .put("ttl", 3_600));
      assertThat(other.getJsonArray("ice_servers")).isEqualTo(body.getJsonArray("iceServers"));
      assertThat(node.role.features()).isEqualTo(new JsonObject().put("turn", true));
    }
  }

  @Test
  void theTokenWinsOverTheQueryAndNobodyIsAnonymous() throws Exception {
    try (IceNode node = new IceNode(TURN)) {
      assertThat(
              username(
                  send(node, "GET", "/ice-servers?userId=eve", "Authorization", "Bearer user:bob")))
          .isEqualTo("1700086400:bob");
      assertThat(username(send(node, "GET", "/ice-servers"))).isEqualTo("1700003600:anonymous");
    }
  }

  @Test
  void cachesMayKeepItForItsBearerAlone() throws Exception {
    try (IceNode node = new IceNode(TURN)) {
      var headers = send(node, "HEAD", "/ice-servers").headers();

      assertThat(headers.firstValue("Cache-Control")).contains("private, max-age=300");
      assertThat(headers.firstValue("Vary")).contains("Authorization, Origin");
    }
  }

  @Test
  void badTokensAndBadNamesAreRefused() throws Exception {
    try (IceNode node = new IceNode(TURN)) {
      HttpResponse<String> bad =
          send(node, "GET", "/ice-servers", "Authorization", "Bearer nonsense");
      assertThat(bad.statusCode()).isEqualTo(401);
      assertThat(new JsonObject(bad.body()))
          .isEqualTo(new JsonObject().put("success", false).put("error", "Invalid token"));
      HttpResponse<String> tooLong = send(node, "GET", "/ice-servers?userId=" + "x".repeat(129));
      assertThat(tooLong.statusCode()).isEqualTo(400);
      assertThat(tooLong.body()).contains("userId");
    }
  }

  @Test
  void aTokenCanBeRequired() throws Exception {
    try (IceNode node = new IceNode(turnAnd("ICE_AUTH", "required"))) {
      assertThat(send(node, "GET", "/ice-servers?userId=a").statusCode()).isEqualTo(401);
      assertThat(send(node, "GET", "/ice-servers", "Authorization", "Bearer user:a").statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void whoAsksTooOftenIsToldWhenToComeBack() throws Exception {
    try (IceNode node = new IceNode(turnAnd("RATE_ICE_PER_MINUTE", "1"))) {
      send(node, "GET", "/ice-servers");
      HttpResponse<String> second = send(node, "GET", "/v1/calls/ice-servers");

      assertThat(second.statusCode()).isEqualTo(429);
      assertThat(second.headers().firstValue("Retry-After")).contains("2");
      assertThat(new JsonObject(second.body()).getBoolean("success")).isFalse();
    }
  }

  @Test
  void otherRolesAskOverTheBus() throws Exception {
    try (IceNode node = new IceNode(TURN)) {
      JsonObject request = new JsonObject().put("userId", "alice").put("callId", "c1");
      JsonObject reply =
          node.vertx
              .eventBus()
              .<JsonObject>request(BusAddresses.ICE_SERVERS, request)
              .await(5, SECONDS)
              .body();

      assertThat(reply.getLong("ttl")).isEqualTo(600);
      assertThat(reply.getJsonArray("iceServers").getJsonObject(1).getString("username"))
          .isEqualTo("1700000600:alice.c1");
    }
  }
}
