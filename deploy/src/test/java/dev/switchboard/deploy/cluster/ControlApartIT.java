package dev.switchboard.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A team's back end on one node, users on another, and each role in processes of its own. */
final class ControlApartIT {
  private static final String FCM = "dQw4w9WgXcQ:APA91b-" + "x".repeat(120);
  private static final int OTHER = 1;
  private static final int ROOMS = 2;
  private static final int PUSH = 3;
  private static final int ASKED = 4;
  private static Nodes nodes;

  @BeforeAll
  static void start() {
    RealRedis.flush();
    nodes = Nodes.start(Map.of(), "signaling", "signaling", "rooms,ice", "push");
  }

  @AfterEach
  void hangUp() {
    nodes.hangUp();
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  private static HttpResponse<String> send(int node, String method, String path, String body) {
    return send(node, method, path, body, nodes.token("operator"));
  }

  private static HttpResponse<String> send(
      int node, String method, String path, String body, String token) {
    return Nodes.send(
        HttpRequest.newBuilder(nodes.node(node).url().resolve(path))
            .header("Authorization", "Bearer " + token)
            .method(method, BodyPublishers.ofString(body)));
  }

  private static String devices(String token) {
    return new JsonArray()
        .add(
            new JsonObject()
                .put("type", "fcm")
                .put("token", token)
                .put("deviceId", "phone")
                .put("platform", "android"))
        .encode();
  }

  @Test
  void revokedTokensAreRefusedByEveryRole() {
    StockClient ann = nodes.client(OTHER, "ann", "phone");
    String old = nodes.token("ann");
    assertThat(send(PUSH, "GET", "/v1/push/tokens", "", old).statusCode()).isEqualTo(200);
    String later = Long.toString(System.currentTimeMillis() + 2_000);
    HttpResponse<String> revoked =
        send(0, "POST", "/api/v1/users/ann/revoke", "{\"issuedBefore\":" + later + "}");
    assertThat(revoked.statusCode()).as(revoked.body()).isEqualTo(200);
    ann.hear("unauthorized");
    for (int node : new int[] {0, OTHER}) {
      Await.until(() -> send(node, "GET", "/v1/dnd", "", old).statusCode() == 401);
    }
    Await.until(() -> send(PUSH, "GET", "/v1/push/tokens", "", old).statusCode() == 401);
  }

  @Test
  void devicesAreTakenOverThroughAnyNodeAndShown() {
    for (int node : new int[] {0, PUSH}) {
      HttpResponse<String> stored = send(node, "PUT", "/api/v1/users/cat/devices", devices(FCM));
      assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
    }
    JsonObject shown = new JsonObject(send(OTHER, "GET", "/api/v1/users/cat", "").body());
    assertThat(shown.getJsonArray("devices")).hasSize(1);
    assertThat(shown.encode()).doesNotContain(FCM);
    assertThat(send(0, "PUT", "/api/v1/users/cat/devices", "[{}]").statusCode()).isEqualTo(422);
  }

  @Test
  void userIsErasedByAllRolesThoughTheNodeThatWasAskedDies() {
    StockClient dan = nodes.client(OTHER, "dan", "phone");
    StockClient eve = nodes.client(OTHER, "eve", "phone");
    String callId = dan.call(eve);
    send(0, "PUT", "/api/v1/users/dan/devices", devices(FCM + "d"));
    HttpResponse<String> code =
        send(
            ROOMS,
            "POST",
            "/api/rooms",
            "{\"joinid\":\"jd\",\"client1\":\"dan\",\"expiresInSeconds\":600}");
    assertThat(code.statusCode()).isEqualTo(201);
    JsonObject export = new JsonObject(send(0, "GET", "/api/v1/users/dan/export", "").body());
    assertThat(export.fieldNames()).contains("sockets", "liveCalls", "devices", "joinCodes");
    nodes.join("signaling");
    assertThat(send(ASKED, "DELETE", "/api/v1/users/dan", "").statusCode()).isEqualTo(202);
    nodes.node(ASKED).kill9();
    JsonObject ended = eve.hear("call_end");
    assertThat(ended.getString("callId")).isEqualTo(callId);
    assertThat(ended.getString("reason")).isEqualTo("user_deleted");
    Await.until(() -> send(OTHER, "GET", "/api/v1/users/dan", "").statusCode() == 404, 60);
    // Its record comes by a stream of its own, perhaps behind the first of the erasure's passes.
    Await.until(
        () ->
            historyOf("eve").stream()
                .anyMatch(record -> "deleted".equals(((JsonObject) record).getString("callerId"))),
        60);
  }

  private JsonArray historyOf(String userId) {
    String history = send(OTHER, "GET", "/api/v1/calls", "", nodes.token(userId)).body();
    return new JsonObject(history).getJsonArray("calls");
  }
}
