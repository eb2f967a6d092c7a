package dev.switchboard.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.ApnsStub;
import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Why a phone stayed silent, with signaling and push in processes of their own. */
final class SilentPhoneIT {
  private static final int PUSH = 2;
  private static ApnsStub apns;
  private static Nodes nodes;

  @BeforeAll
  static void start() {
    RealRedis.flush();
    apns = new ApnsStub();
    Map<String, String> settings = new HashMap<>(apns.settings());
    settings.put("CALL_RING_TIMEOUT", "20s");
    nodes = Nodes.start(settings, "signaling", "signaling", "push");
  }

  @AfterEach
  void hangUp() {
    nodes.hangUp();
  }

  @AfterAll
  static void stop() {
    nodes.close();
    apns.close();
  }

  private static HttpResponse<String> ask(
      int node, String method, String path, String user, JsonObject body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(nodes.node(node).url().resolve(path))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body.encode()));
    if (!user.isEmpty()) {
      request.header("Authorization", "Bearer " + nodes.token(user));
    }
    return Nodes.send(request);
  }

  private static void token(String user, String device, String token) {
    JsonObject body =
        new JsonObject().put("type", "apns").put("token", token).put("device_id", device);
    assertThat(ask(PUSH, "POST", "/v1/push/tokens", user, body).statusCode()).isLessThan(300);
  }

  private static JsonObject timeline(int node, String callId) {
    HttpResponse<String> answer =
        ask(node, "GET", "/api/v1/calls/" + callId + "/timeline", "root", new JsonObject());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private static List<String> steps(JsonObject timeline) {
    return timeline.getJsonArray("steps").stream()
        .map(step -> ((JsonObject) step).getString("step"))
        .toList();
  }

  private static String ring(StockClient caller, String callee) {
    JsonObject answer =
        caller.ask(
            "call_initiate", new JsonObject().put("calleeId", callee).put("callType", "audio"));
    assertThat(answer.getBoolean("success")).as(answer.encode()).isTrue();
    return answer.getString("callId");
  }

  @Test
  void refusedTokenIsTheVerdict() {
    token("bob", "phone", ApnsStub.BAD + "0".repeat(60));
    String callId = ring(nodes.client(0, "ann", "page"), "bob");
    Await.until(() -> timeline(1, callId).getJsonArray("verdict").encode().contains(", token "));
    assertThat(steps(timeline(0, callId)))
        .containsSubsequence("initiated", "push_queued", "push_failed");
    assertThat(timeline(1, callId).getJsonArray("verdict").getString(0))
        .matches(
            "iPhone of bob: APNs said BadDeviceToken at \\d\\d:\\d\\d:\\d\\d,"
                + " token (quarantined|removed)");
    JsonObject reach =
        new JsonObject(
            ask(0, "GET", "/api/v1/users/bob/reachability", "bob", new JsonObject()).body());
    // Quarantined, or removed if APNs has taken another's push meanwhile: either way it is not
    // rung.
    assertThat(reach.getJsonArray("wouldRing"))
        .allSatisfy(one -> assertThat(((JsonObject) one).getString("by")).isNull());
    assertThat(reach.getJsonArray("devices"))
        .allSatisfy(
            one ->
                assertThat(((JsonObject) one).getJsonObject("lastFailure").getString("reason"))
                    .isEqualTo("BadDeviceToken"));
    assertThat(reach.getJsonArray("providers").encode()).contains("\"provider\":\"apns\"");
  }

  @Test
  void pushThatTheDeviceConfirmsIsOnTheTimeline() {
    String token = "c".repeat(64);
    token("cat", "phone", token);
    String callId = ring(nodes.client(1, "dan", "page"), "cat");
    Await.until(() -> !apns.received(token).isEmpty());
    JsonObject payload = apns.received(token).getFirst().payload();
    JsonObject receipt =
        new JsonObject()
            .put("notificationId", payload.getString("notificationId"))
            .put("receipt", payload.getString("receipt"))
            .put("shown", true);
    assertThat(ask(PUSH, "POST", "/v1/push/receipts", "", receipt).statusCode()).isEqualTo(200);
    Await.until(() -> steps(timeline(0, callId)).contains("push_sent"));
    assertThat(steps(timeline(0, callId)))
        .containsSubsequence("initiated", "push_queued", "push_received", "shown");
    assertThat(timeline(0, callId).getJsonArray("verdict")).isEmpty();
  }

  @Test
  void testRingGoesTheWholeWayAndAnswersWithItsTimeline() {
    String token = "e".repeat(64);
    token("eve", "phone", token);
    JsonObject only = new JsonObject().put("deviceId", "phone");
    HttpResponse<String> answer = ask(1, "POST", "/api/v1/users/eve/test-ring", "eve", only);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(steps(new JsonObject(answer.body())))
        .containsExactly("initiated", "push_queued", "push_sent");
    JsonObject payload = apns.received(token).getFirst().payload();
    assertThat(payload.getString("type")).isEqualTo("test_ring");
    assertThat(payload.getString("receipt")).isNotEmpty();
    assertThat(new JsonObject(answer.body()).getString("callId"))
        .isEqualTo(payload.getString("notificationId"));

    JsonObject other = new JsonObject().put("deviceId", "tablet");
    String silent = ask(1, "POST", "/api/v1/users/eve/test-ring", "eve", other).body();
    assertThat(new JsonObject(silent).getJsonArray("verdict").getString(0))
        .contains("has no push token");
  }

  @Test
  void socketsAreAskedWhateverNodeHoldsThem() {
    nodes.client(1, "fay", "page");
    JsonObject reach =
        new JsonObject(
            ask(0, "GET", "/api/v1/users/fay/reachability", "fay", new JsonObject()).body());
    JsonObject socket = reach.getJsonArray("sockets").getJsonObject(0);
    assertThat(socket.getString("deviceId")).isEqualTo("page");
    assertThat(socket.getLong("lastPong")).isGreaterThan(socket.getLong("since") - 60_000);
    assertThat(reach.getJsonArray("wouldRing").getJsonObject(0).getString("by"))
        .isEqualTo("socket");
  }
}
