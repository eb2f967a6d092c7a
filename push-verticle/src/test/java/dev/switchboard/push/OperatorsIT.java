package dev.switchboard.push;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.webpush.Browser;
import dev.switchboard.push.webpush.FakePushService;
import dev.switchboard.push.webpush.TestCertificate;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators send, from REST to a push service that decrypts it. */
final class OperatorsIT {
  private static final String SEND = "/api/v1/push/send";
  private static final String BROADCAST = "/api/v1/push/broadcast";
  private static final String NOTIFICATIONS = "/api/v1/push/notifications/";
  private static final String DEAD = "/api/v1/push/dead-letters";
  private static final String TEST = "/v1/push/test";

  private static TestCertificate certificate;
  private static FakePushService service;

  private final Browser browser = Browser.make();
  private PushNode node;

  @BeforeAll
  static void open(@TempDir Path folder) {
    certificate = TestCertificate.make(folder, "ip:127.0.0.1");
    service = FakePushService.start(certificate);
  }

  @AfterAll
  static void close() {
    service.close();
  }

  @BeforeEach
  void start() {
    RealRedis.flush();
    node =
        new PushNode(
            "a",
            RealPostgres.newDatabase(),
            new RecordingSender(false),
            Map.of(
                "SECRETS_KEY",
                Base64.getEncoder().encodeToString(new byte[32]),
                "PUSH_PROVIDERS",
                "webpush",
                "WEBPUSH_ALLOW_PRIVATE",
                "on",
                "PUSH_TRUSTED_CA_PATH",
                certificate.certificate().toString()));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private JsonObject answer(int status, HttpMethod method, String path, String user, Object body) {
    Buffer sent =
        body instanceof JsonObject json ? json.toBuffer() : Buffer.buffer(body.toString());
    HttpResponse<Buffer> response = node.request(method, path, user, sent);
    assertThat(response.statusCode()).as(path + response.bodyAsString()).isEqualTo(status);
    return response.bodyAsJsonObject();
  }

  private JsonObject operator(int status, HttpMethod method, String path, Object body) {
    return answer(status, method, path, PushNode.OPERATOR, body);
  }

  private String subscribe(String user, String name) {
    return answer(
            201,
            POST,
            "/api/v1/push/subscribe",
            user,
            new JsonObject().put("endpoint", service.endpoint(name)).put("keys", browser.keys()))
        .getString("id");
  }

  private static JsonObject message() {
    return new JsonObject().put("title", "Hello").put("body", "World");
  }

  private JsonObject read(String name) {
    Await.until(() -> !service.messages(name).isEmpty());
    byte[] body = service.messages(name).getLast().body().getBytes();
    return new JsonObject(Buffer.buffer(browser.decrypt(body)));
  }

  private JsonObject device(String notification, String status) {
    String path = NOTIFICATIONS + notification;
    Await.until(
        () ->
            operator(200, GET, path, "")
                .getJsonArray("devices")
                .getJsonObject(0)
                .getString("status")
                .equals(status));
    return operator(200, GET, path, "").getJsonArray("devices").getJsonObject(0);
  }

  @Test
  void whatIsSentToAUserIsReadByTheirBrowserAndAccountedFor() {
    String id = subscribe("ann", "one");
    JsonObject sent =
        operator(
            202,
            POST,
            SEND,
            message()
                .put("user_id", "ann")
                .put("data", new JsonObject().put("k", "v"))
                .put("tag", "t")
                .put("urgency", "low")
                .put("ttl", 60));
    assertThat(sent.getInteger("queued")).isEqualTo(1);

    JsonObject read = read("one");
    assertThat(read.getString("title")).isEqualTo("Hello");
    assertThat(read.getString("body")).isEqualTo("World");
    assertThat(read.getString("tag")).isEqualTo("t");
    assertThat(read.getJsonObject("data").getString("k")).isEqualTo("v");
    FakePushService.Message message = service.messages("one").getLast();
    assertThat(message.header("urgency")).isEqualTo("low");
    assertThat(Integer.parseInt(message.header("ttl"))).isBetween(1, 60);
    JsonObject device = device(sent.getString("notification_id"), "sent");
    assertThat(device.getString("id")).isEqualTo(id);
    assertThat(device.getString("type")).isEqualTo("webpush");
    assertThat(device.getInteger("attempts")).isEqualTo(1);
    assertThat(device.getString("provider_id")).isNotBlank();
    JsonObject found = operator(200, GET, NOTIFICATIONS + sent.getString("notification_id"), "");
    assertThat(found.getString("cause")).isEqualTo("custom");
    assertThat(Instant.parse(found.getString("created_at"))).isBeforeOrEqualTo(Instant.now());
  }

  @Test
  void userSendsATestToTheirOwnDevicesOnly() {
    subscribe("ann", "test-ann");
    subscribe("bob", "test-bob");
    assertThat(answer(202, POST, TEST, "ann", message()).getInteger("queued")).isEqualTo(1);
    assertThat(read("test-ann").getString("title")).isEqualTo("Hello");
    assertThat(service.messages("test-bob")).isEmpty();
    assertThat(answer(202, POST, TEST, "eve", message()).getInteger("queued")).isZero();
    answer(401, POST, TEST, "", message());
    answer(400, POST, TEST, "ann", new JsonObject().put("title", "x"));
  }

  @Test
  void sameIdempotencyKeyIsSentOnceAndAnsweredAlike() {
    String id = subscribe("", "idem");
    JsonObject request = message().put("subscription_id", id).put("idempotency_key", "order-7");
    JsonObject first = operator(202, POST, SEND, request);
    read("idem");
    assertThat(operator(202, POST, SEND, request)).isEqualTo(first);
    operator(202, POST, SEND, message().put("subscription_id", id).put("title", "last"));
    Await.until(() -> service.messages("idem").size() >= 2);
    assertThat(service.messages("idem")).hasSize(2);
  }

  @Test
  void broadcastReachesEverySubscription() {
    subscribe("ann", "all-1");
    subscribe("", "all-2");
    subscribe("bob", "all-3");
    answer(
        200,
        POST,
        "/v1/push/tokens",
        "ann",
        new JsonObject().put("type", "apns").put("token", "ab".repeat(32)));

    assertThat(operator(202, POST, BROADCAST, message()).getInteger("queued")).isEqualTo(3);
    for (String name : List.of("all-1", "all-2", "all-3")) {
      assertThat(read(name).getString("title")).isEqualTo("Hello");
    }
    assertThat(
            operator(202, POST, BROADCAST, message().put("include_devices", true))
                .getInteger("queued"))
        .isEqualTo(4);
  }

  @Test
  void browserThatIsGoneIsRemovedAndARefusalIsNotTriedAgain() {
    String gone = subscribe("ann", "gone");
    service.answer("gone", 410);
    JsonObject sent = operator(202, POST, SEND, message().put("subscription_id", gone));
    device(sent.getString("notification_id"), "failed");
    Await.until(
        () -> operator(200, GET, "/api/v1/push/subscriptions", "").getInteger("total") == 0);
    operator(404, POST, SEND, message().put("subscription_id", gone));

    String refused = subscribe("ann", "refused");
    service.answer("refused", 400);
    JsonObject second = operator(202, POST, SEND, message().put("subscription_id", refused));
    assertThat(device(second.getString("notification_id"), "failed").getString("reason"))
        .contains("400");
    assertThat(service.messages("refused")).hasSize(1);
    assertThat(operator(200, GET, "/api/v1/push/subscriptions", "").getInteger("total"))
        .isEqualTo(1);
  }

  @Test
  void onlyOperatorsMay() {
    for (String path :
        List.of(SEND, BROADCAST, DEAD + "/replay", "/api/v1/push/topics/t/subscribe")) {
      assertThat(answer(401, POST, path, "", message()).getString("error"))
          .isEqualTo("unauthorized");
      assertThat(answer(403, POST, path, "ann", message()).getString("error"))
          .isEqualTo("forbidden");
    }
    for (String path : List.of(NOTIFICATIONS + "x", DEAD)) {
      answer(401, GET, path, "", "");
      answer(403, GET, path, "ann", "");
    }
    operator(404, GET, NOTIFICATIONS + "x", "");
  }

  @Test
  void numbersMayBeTextsAndIdsMayBeNumbers() {
    String id = subscribe("42", "counted");
    JsonObject first =
        operator(
            202,
            POST,
            SEND,
            message().put("user_id", 42).put("ttl", "60").put("idempotency_key", 7));
    assertThat(device(first.getString("notification_id"), "sent").getString("id")).isEqualTo(id);
    assertThat(Integer.parseInt(service.messages("counted").getFirst().header("ttl")))
        .isBetween(1, 60);
    JsonObject again = message().put("user_id", "42").put("ttl", 60).put("idempotency_key", "7");
    assertThat(operator(202, POST, SEND, again)).isEqualTo(first);
    operator(404, POST, SEND, message().put("subscription_id", 7));
  }

  @Test
  void badRequestsNameTheField() {
    assertBad("title", new JsonObject().put("body", "b").put("user_id", "ann"));
    assertBad("title", message().put("title", 5).put("user_id", "ann"));
    assertBad("body", new JsonObject().put("title", "t").put("user_id", "ann"));
    assertBad("user_id", message());
    for (Object noId : List.of(5.5, true, new JsonObject(), new JsonArray())) {
      for (String field : List.of("user_id", "subscription_id", "topic")) {
        assertBad(field, message().put(field, noId));
      }
      assertBad("idempotency_key", message().put("user_id", "ann").put("idempotency_key", noId));
      assertBad("ttl", message().put("user_id", "ann").put("ttl", noId));
    }
    assertBad("user_id", message().put("user_id", "ann").put("topic", "t"));
    assertBad("topic", message().put("topic", "a b"));
    assertBad("data", message().put("user_id", "ann").put("data", "text"));
    assertBad(
        "data",
        message().put("user_id", "ann").put("data", new JsonObject().put("k", "x".repeat(4_000))));
    assertBad("urgency", message().put("user_id", "ann").put("urgency", "now"));
    assertBad("ttl", message().put("user_id", "ann").put("ttl", -1));
    assertBad("ttl", message().put("user_id", "ann").put("ttl", "soon"));
    assertBad("badge", message().put("user_id", "ann").put("badge", true));
    assertBad("icon", message().put("user_id", "ann").put("icon", 1));
    assertBad("tag", message().put("user_id", "ann").put("tag", new JsonObject()));
    assertThat(
            operator(400, POST, BROADCAST, message().put("include_devices", "yes"))
                .getString("detail"))
        .contains("include_devices");
    for (String body : List.of("", "{nope", "[]", "7", "null")) {
      assertThat(operator(400, POST, SEND, body).getString("detail")).contains("body");
    }
    assertThat(
            operator(400, POST, "/api/v1/push/topics/t/subscribe", new JsonObject())
                .getString("detail"))
        .contains("tokens");
    assertThat(
            operator(400, POST, DEAD + "/replay", new JsonObject().put("ids", "x"))
                .getString("detail"))
        .contains("ids");
    operator(404, POST, SEND, message().put("subscription_id", "nobody"));
    operator(413, POST, SEND, "x".repeat(200_000));
  }

  private void assertBad(String field, JsonObject body) {
    assertThat(operator(400, POST, SEND, body).getString("detail")).contains(field);
  }

  @Test
  void deadLetterIsListedWithoutItsWordsAndReplayed() {
    String id = subscribe("ann", "dead");
    JsonObject sent = operator(202, POST, SEND, message().put("subscription_id", id));
    String notification = sent.getString("notification_id");
    device(notification, "sent");
    // as it would be after its last retry
    try (RedisProbe redis = new RedisProbe()) {
      redis.add(
          "push:dead",
          Map.of(
              "id", notification,
              "cause", "custom",
              "targets", new JsonArray().add("webpush:" + id).encode(),
              "data", message().put("title", "Again").encode(),
              "createdAt", "1000",
              "deadline", "61000",
              "attempts", "4",
              "device", "webpush:" + id,
              "reason", "HTTP 503"));
    }
    JsonObject letter = operator(200, GET, DEAD, "").getJsonArray("dead_letters").getJsonObject(0);
    assertThat(letter.getString("notification_id")).isEqualTo(notification);
    assertThat(letter.getString("reason")).isEqualTo("HTTP 503");
    assertThat(letter.encode()).doesNotContain("Again");
    JsonObject which = new JsonObject().put("ids", new JsonArray().add(letter.getString("id")));
    assertThat(operator(200, POST, DEAD + "/replay", which).getInteger("replayed")).isEqualTo(1);
    Await.until(() -> service.messages("dead").size() == 2);
    assertThat(read("dead").getString("title")).isEqualTo("Again");
    assertThat(operator(200, GET, DEAD, "").getInteger("total")).isZero();
  }

  @Test
  void withoutDeadLettersNothingIsReplayed() {
    assertThat(operator(200, GET, DEAD, "").getInteger("total")).isZero();
    assertThat(operator(200, POST, DEAD + "/replay", "").getInteger("replayed")).isZero();
    assertThat(
            operator(
                    200,
                    POST,
                    DEAD + "/replay",
                    new JsonObject().put("ids", new JsonArray().add("1-1")))
                .getInteger("replayed"))
        .isZero();
  }
}
