package dev.switchboard.deploy.apps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.push.testing.FcmPeer;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * An app that registers the tokens of its devices over REST and is rung by Firebase: what it sends
 * and waits for, from the first token to the last.
 */
final class DeviceTokenAppIT {
  private static final String TOKENS = "/v1/push/tokens";
  private static final String PHONE = "phone:" + "A1b2".repeat(35);
  private static final String TAB = "tab:" + "C3d4".repeat(35);
  private static final String IPHONE = "ab".repeat(32);
  private static final String VOIP = "cd".repeat(32);

  private static FcmPeer fcm;
  private static Nodes nodes;
  private static StockClient caller;

  @BeforeAll
  static void start() {
    RealRedis.flush();
    fcm = new FcmPeer();
    Map<String, String> settings = new HashMap<>(fcm.settings());
    nodes = Nodes.start(settings, "signaling,ice,push");
    caller = nodes.client(0, "caller", "phone");
  }

  @AfterAll
  static void stop() {
    nodes.close();
    fcm.close();
  }

  private static HttpResponse<String> ask(
      String user, String method, String path, JsonObject body) {
    return Nodes.send(
        HttpRequest.newBuilder(nodes.node(0).url().resolve(path))
            .header("Authorization", "Bearer " + nodes.token(user))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body.encode())));
  }

  private static JsonObject json(
      int status, String user, String method, String path, JsonObject body) {
    HttpResponse<String> answer = ask(user, method, path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return new JsonObject(answer.body());
  }

  private static JsonObject token(String type, String token, String device) {
    return new JsonObject().put("type", type).put("token", token).put("device_id", device);
  }

  private static void register(String user, JsonObject token) {
    JsonObject answer = json(200, user, "POST", TOKENS, token);
    assertThat(answer.getString("message")).isNotBlank();
    assertThat(answer.getString("token_id")).isNotBlank();
  }

  private static int count(String user) {
    JsonObject answer = json(200, user, "GET", TOKENS + "/count", new JsonObject());
    assertThat(answer.fieldNames()).containsExactly("active_tokens_count");
    return answer.getInteger("active_tokens_count");
  }

  private static void assertRefused(int status, String user, String method, JsonObject body) {
    JsonObject refusal = json(status, user, method, TOKENS, body);
    assertThat(refusal.getString("error")).isNotBlank();
    assertThat(refusal.getString("detail")).isNotBlank();
  }

  private static List<JsonObject> received(String token, String type) {
    return fcm.received().stream()
        .filter(message -> token.equals(message.getString("token")))
        .filter(message -> type.equals(message.getJsonObject("data").getString("type")))
        .toList();
  }

  private static JsonObject call(String callee) {
    JsonObject call = new JsonObject().put("calleeId", callee).put("callType", "video");
    return caller.ask("call_initiate", call.put("callerName", "Cal"));
  }

  @Test
  void tokensOfEachTypeAreKeptCountedTriedRungAndGivenUp() {
    assertThat(count("ann")).isZero();
    register("ann", token("fcm", PHONE, "phone").put("platform", "android").put("kind", "token"));
    register("ann", token("web", TAB, "tab"));
    register("ann", token("apns", IPHONE, "iphone").put("platform", "ios"));
    register("ann", token("apns_voip", VOIP, "iphone").put("platform", "ios"));
    register("ann", token("fcm", PHONE, "phone"));
    assertThat(count("ann")).isEqualTo(4);
    assertListed();

    JsonObject words = new JsonObject().put("title", "Hello").put("body", "It works");
    JsonObject tried = json(202, "ann", "POST", "/v1/push/test", words);
    assertThat(tried.getString("notification_id")).isNotBlank();
    assertThat(tried.getInteger("queued")).isPositive();
    Await.until(() -> fcm.received().size() >= 2, 30);
    assertThat(fcm.received())
        .allSatisfy(
            message ->
                assertThat(message.getJsonObject("notification").getString("title"))
                    .isEqualTo("Hello"));

    assertRings();

    json(200, "ann", "DELETE", TOKENS, new JsonObject().put("token", TAB));
    assertRefused(404, "ann", "DELETE", new JsonObject().put("token", TAB));
    assertRefused(404, "bob", "DELETE", new JsonObject().put("token", PHONE));
    assertThat(count("ann")).isEqualTo(3);
    json(200, "ann", "DELETE", TOKENS + "/all", new JsonObject());
    assertThat(count("ann")).isZero();
    assertThat(call("ann").getJsonObject("error").getString("code")).isEqualTo("E103");
  }

  private static void assertListed() {
    JsonObject listed = json(200, "ann", "GET", TOKENS, new JsonObject());
    assertThat(listed.getInteger("count")).isEqualTo(4);
    JsonArray tokens = listed.getJsonArray("tokens");
    assertThat(tokens.stream().map(each -> ((JsonObject) each).getString("type")))
        .containsExactly("fcm", "fcm", "apns", "apns_voip");
    assertThat(tokens.getJsonObject(1).getString("platform")).isEqualTo("web");
    assertThat(listed.encode()).doesNotContain(PHONE, TAB, IPHONE, VOIP);
  }

  private static void assertRings() {
    JsonObject call = call("ann");
    assertThat(call.getBoolean("success")).as("%s", call).isTrue();
    String callId = call.getString("callId");
    for (String token : List.of(PHONE, TAB)) {
      Await.until(() -> received(token, "incoming_call").size() == 1, 30);
      JsonObject message = received(token, "incoming_call").getFirst();
      JsonObject data = message.getJsonObject("data");
      assertThat(data.getMap())
          .containsEntry("callId", callId)
          .containsEntry("call_id", callId)
          .containsEntry("callerId", "caller")
          .containsEntry("caller_id", "caller")
          .containsEntry("callerName", "Cal")
          .containsEntry("caller_name", "Cal")
          .containsEntry("callType", "video")
          .containsEntry("call_type", "video")
          .containsKeys("timestamp", "sentAt", "ringUntil")
          .allSatisfy((name, value) -> assertThat(value).as(name).isInstanceOf(String.class));
      assertThat(message.getJsonObject("android").getString("priority"))
          .isEqualToIgnoringCase("high");
    }
    JsonObject of = new JsonObject().put("callId", callId);
    assertThat(caller.ask("call_end", of).getBoolean("success")).isTrue();
    Await.until(() -> received(PHONE, "call_cancelled").size() == 1, 30);
    JsonObject cancelled = received(PHONE, "call_cancelled").getFirst();
    assertThat(cancelled.getJsonObject("data").getString("callId")).isEqualTo(callId);
  }

  @Test
  void whatIsNoTokenIsRefusedAndThirtyAMinuteAreEnough() {
    assertRefused(400, "bob", "POST", token("fcm", PHONE, "phone").put("kind", "pigeon"));
    assertRefused(400, "bob", "POST", token("pigeon", PHONE, "phone"));
    assertRefused(400, "bob", "POST", token("apns", "xyz", "phone"));
    assertRefused(400, "bob", "POST", new JsonObject().put("type", "fcm"));
    assertThat(count("bob")).isZero();
    for (int i = 0; i < 30; i++) {
      ask("eve", "POST", TOKENS, token("fcm", PHONE + i, "phone" + i));
    }
    HttpResponse<String> limited = ask("eve", "POST", TOKENS, token("fcm", PHONE, "phone"));
    assertThat(limited.statusCode()).isEqualTo(429);
    assertThat(Integer.parseInt(limited.headers().firstValue("Retry-After").orElseThrow()))
        .isBetween(1, 60);
    assertThat(new JsonObject(limited.body()).fieldNames())
        .containsExactlyInAnyOrder("error", "detail");
    assertThat(count("eve")).isEqualTo(30);
  }
}
