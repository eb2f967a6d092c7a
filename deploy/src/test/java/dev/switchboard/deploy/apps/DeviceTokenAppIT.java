package dev.switchboard.deploy.apps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.ApnsStub;
import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An app that hands its device tokens in over REST, and is woken by them. */
final class DeviceTokenAppIT {
  private static final String TOKENS = "/v1/push/tokens";
  private static final String ALERTS = "ab".repeat(32);
  private static final String VOIP = "cd".repeat(32);
  private static final String BROWSER = "dQw4w9WgXcQ:APA91b-" + "x".repeat(120);

  private ApnsStub apns;
  private Nodes nodes;

  @BeforeEach
  void start() {
    RealRedis.flush();
    apns = new ApnsStub();
    nodes = Nodes.start(apns.settings(), "signaling,rooms,ice,push");
  }

  @AfterEach
  void stop() {
    nodes.close();
    apns.close();
  }

  private JsonObject send(int status, String method, String path, JsonObject body) {
    HttpResponse<String> answer =
        Nodes.send(
            HttpRequest.newBuilder(nodes.node(0).url().resolve(path))
                .method(method, BodyPublishers.ofString(body.encode()))
                .header("Authorization", "Bearer " + nodes.token("bob"))
                .header("Content-Type", "application/json"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return new JsonObject(answer.body());
  }

  private void add(String type, String token) {
    send(
        200,
        "POST",
        TOKENS,
        new JsonObject().put("type", type).put("token", token).put("device_id", "iphone"));
  }

  private int active() {
    return send(200, "GET", TOKENS + "/count", new JsonObject()).getInteger("active_tokens_count");
  }

  @Test
  void phoneIsWokenByTheTokensThatItHandedIn() {
    add("apns", ALERTS);
    add("apns_voip", VOIP);
    add("web", BROWSER);
    send(
        400,
        "POST",
        TOKENS,
        new JsonObject().put("type", "fcm").put("token", BROWSER).put("kind", "pigeon"));
    assertThat(active()).isEqualTo(3);

    send(202, "POST", "/v1/push/test", new JsonObject().put("title", "t").put("body", "b"));
    Await.until(() -> !apns.received(ALERTS).isEmpty());
    ApnsStub.Received test = apns.received(ALERTS).getFirst();
    assertThat(test.payload().getJsonObject("aps").getInteger("mutable-content")).isEqualTo(1);

    try (StockClient ann = nodes.client(0, "ann", "laptop")) {
      JsonObject ringing =
          ann.ask(
              "call_initiate", new JsonObject().put("calleeId", "bob").put("callType", "audio"));
      assertThat(ringing.getBoolean("success")).as(ringing.encode()).isTrue();
      Await.until(() -> !apns.received(VOIP).isEmpty());
      ApnsStub.Received ring = apns.received(VOIP).getFirst();
      assertThat(ring.headers())
          .containsEntry("apns-push-type", "voip")
          .containsEntry("apns-topic", "com.example.app.voip");
      assertThat(ring.payload().encode()).contains(ringing.getString("callId"));
    }

    send(200, "DELETE", TOKENS, new JsonObject().put("token", VOIP));
    send(404, "DELETE", TOKENS, new JsonObject().put("token", VOIP));
    assertThat(active()).isEqualTo(2);
    send(200, "DELETE", TOKENS + "/all", new JsonObject());
    assertThat(active()).isZero();
    for (int i = 3; i < 30; i++) {
      add("apns", ALERTS);
    }
    send(429, "POST", TOKENS, new JsonObject().put("type", "apns").put("token", ALERTS));
  }
}
