package dev.switchboard.push;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.send.Outcome;
import dev.switchboard.push.webpush.Browser;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SubscriptionsIT {
  private static final String SUBSCRIBE = "/api/v1/push/subscribe";
  private static final String UNSUBSCRIBE = "/api/v1/push/unsubscribe";
  private static final String LIST = "/api/v1/push/subscriptions";
  private static final String ENDPOINT =
      "https://8.8.8.8/wpush/v2/gAAAAABl" + "x".repeat(120) + "the-last-20-letters!";

  private final Browser browser = Browser.make();
  private final RecordingSender sender = new RecordingSender(false);
  private PushNode node;
  private RedisProbe redis;

  @BeforeEach
  void start() {
    RealRedis.flush();
    redis = new RedisProbe();
    node =
        new PushNode(
            "a",
            RealPostgres.newDatabase(),
            sender,
            Map.of(
                "PUSH_PROVIDERS",
                "mock",
                "SECRETS_KEY",
                Base64.getEncoder().encodeToString(new byte[32])));
  }

  @AfterEach
  void stop() {
    node.close();
    redis.close();
  }

  private JsonObject subscription() {
    return new JsonObject().put("endpoint", ENDPOINT).put("keys", browser.keys());
  }

  private HttpResponse<Buffer> send(HttpMethod method, String path, String user, JsonObject body) {
    return node.request(method, path, user, body);
  }

  private JsonObject subscribe(int status, String user, JsonObject body) {
    HttpResponse<Buffer> response = send(POST, SUBSCRIBE, user, body);
    assertThat(response.statusCode()).as(response.bodyAsString()).isEqualTo(status);
    return response.bodyAsJsonObject();
  }

  @Test
  void newIs201AndAgainIs200WithTheSameId() {
    JsonObject first = subscribe(201, "ann", subscription().put("user_agent", "Firefox"));
    JsonObject again = subscribe(200, "ann", subscription());

    assertThat(again).isEqualTo(first);
    assertThat(first.getString("endpoint"))
        .startsWith(ENDPOINT.substring(0, 30))
        .endsWith("the-last-20-letters!")
        .hasSizeLessThan(60);
    assertThat(Instant.parse(first.getString("created_at"))).isBeforeOrEqualTo(Instant.now());
    assertThat(redis.reach("ann")).containsExactly("webpush|#" + first.getString("id"));
  }

  @Test
  void deviceIdMakesItPartOfThatDevice() {
    subscribe(201, "ann", subscription().put("device_id", "laptop"));
    assertThat(redis.reach("ann")).containsExactly("webpush|laptop");
    subscribe(200, "ann", subscription());
    assertThat(redis.reach("ann")).containsExactly("webpush|laptop");
  }

  @Test
  void subscriptionOfNobodyIsTakenByWhoSignsIn() {
    JsonObject free = subscribe(201, "", subscription());
    assertThat(redis.send("KEYS", "push:reach:*").size()).isZero();
    subscribe(200, "", subscription());

    JsonObject taken = subscribe(200, "ann", subscription());

    assertThat(taken.getString("id")).isEqualTo(free.getString("id"));
    assertThat(redis.reach("ann")).hasSize(1);
    subscribe(403, "", subscription());
  }

  @Test
  void sameKeysMoveItToAnotherUserAndOtherKeysDoNot() {
    subscribe(201, "ann", subscription().put("device_id", "laptop"));
    JsonObject otherKeys = subscription().put("keys", Browser.make().keys());

    JsonObject refused = subscribe(403, "bob", otherKeys);
    assertThat(refused.getString("error")).isEqualTo("forbidden");
    assertThat(refused.getString("detail")).isNotBlank();
    subscribe(403, "", otherKeys);
    assertThat(redis.reach("ann")).containsExactly("webpush|laptop");
    assertThat(redis.reach("bob")).isEmpty();

    JsonObject moved = subscribe(200, "bob", subscription());
    assertThat(redis.reach("ann")).isEmpty();
    assertThat(redis.reach("bob")).containsExactly("webpush|#" + moved.getString("id"));
    subscribe(200, "bob", otherKeys);
  }

  @Test
  void onlyItsUserEndsIt() {
    String id = subscribe(201, "ann", subscription()).getString("id");
    JsonObject byId = new JsonObject().put("id", id);
    JsonObject byEndpoint = new JsonObject().put("endpoint", ENDPOINT);

    for (String other : List.of("bob", "")) {
      assertThat(send(DELETE, SUBSCRIBE, other, byEndpoint).statusCode()).isEqualTo(404);
      assertThat(send(DELETE, SUBSCRIBE, other, byId).statusCode()).isEqualTo(404);
      assertThat(send(POST, UNSUBSCRIBE, other, byId).statusCode()).isEqualTo(404);
    }
    assertThat(redis.reach("ann")).hasSize(1);

    HttpResponse<Buffer> ended = send(DELETE, SUBSCRIBE, "ann", byEndpoint);
    assertThat(ended.statusCode()).isEqualTo(204);
    assertThat(ended.body()).isNull();
    assertThat(redis.reach("ann")).isEmpty();
    HttpResponse<Buffer> again = send(DELETE, SUBSCRIBE, "ann", byEndpoint);
    assertThat(again.statusCode()).isEqualTo(404);
    assertThat(again.bodyAsJsonObject().getString("error")).isEqualTo("not_found");
  }

  @Test
  void postUnsubscribeDoesTheSame() {
    String id = subscribe(201, "ann", subscription()).getString("id");
    assertThat(send(POST, UNSUBSCRIBE, "ann", new JsonObject().put("id", id)).statusCode())
        .isEqualTo(204);
    subscribe(201, "", subscription());
    assertThat(send(POST, UNSUBSCRIBE, "", new JsonObject().put("endpoint", ENDPOINT)).statusCode())
        .isEqualTo(204);
  }

  @Test
  void badRequestsNameTheField() {
    assertBad("endpoint", new JsonObject().put("keys", browser.keys()));
    assertBad("endpoint", subscription().put("endpoint", 5));
    assertBad("endpoint", subscription().put("endpoint", "nonsense"));
    assertBad("endpoint", subscription().put("endpoint", "https://127.0.0.1/p"));
    assertBad("endpoint", subscription().put("endpoint", "http://8.8.8.8/p"));
    assertBad("endpoint", subscription().put("endpoint", "https://8.8.8.8/" + "x".repeat(3_000)));
    assertBad("keys", new JsonObject().put("endpoint", ENDPOINT));
    assertBad("keys", subscription().put("keys", "text"));
    assertBad("p256dh", withKeys("p256dh", null));
    assertBad("p256dh", withKeys("p256dh", 7));
    assertBad("p256dh", withKeys("p256dh", "AAAA"));
    byte[] offTheCurve = Base64.getUrlDecoder().decode(browser.keys().getString("p256dh"));
    offTheCurve[64] ^= 1;
    assertBad("p256dh", withKeys("p256dh", Base64.getUrlEncoder().encodeToString(offTheCurve)));
    assertBad("auth", withKeys("auth", null));
    assertBad("auth", withKeys("auth", "AAAA"));
    assertBad("auth", withKeys("auth", "?".repeat(22)));
    assertBad("user_agent", subscription().put("user_agent", new JsonObject()));
    assertBad("device_id", subscription().put("device_id", "a\u0000b"));
    for (String body : List.of("", "{nope", "[]", "7", "\"text\"", "null")) {
      HttpResponse<Buffer> response = node.request(POST, SUBSCRIBE, "", Buffer.buffer(body));
      assertThat(response.statusCode()).as(body).isEqualTo(400);
      assertThat(response.bodyAsJsonObject().getString("detail")).contains("body");
      response = node.request(DELETE, SUBSCRIBE, "", Buffer.buffer(body));
      assertThat(response.statusCode()).as(body).isEqualTo(400);
    }
    assertThat(send(POST, UNSUBSCRIBE, "", new JsonObject()).statusCode()).isEqualTo(400);
    assertThat(send(POST, UNSUBSCRIBE, "", new JsonObject().put("id", 5.5)).statusCode())
        .isEqualTo(400);
    assertThat(send(POST, UNSUBSCRIBE, "", new JsonObject().put("id", "x")).statusCode())
        .isEqualTo(404);
    assertThat(node.request(POST, SUBSCRIBE, "", Buffer.buffer("x".repeat(100_000))).statusCode())
        .isEqualTo(413);
    assertThat(send(POST, SUBSCRIBE, "expired", subscription()).statusCode()).isEqualTo(401);
  }

  private JsonObject withKeys(String name, Object value) {
    return subscription().put("keys", browser.keys().put(name, value));
  }

  private void assertBad(String field, JsonObject body) {
    JsonObject answer = subscribe(400, "", body);
    assertThat(answer.getString("error")).isEqualTo("invalid_request");
    assertThat(answer.getString("detail")).contains(field);
    if (body.getValue("endpoint") instanceof String endpoint) {
      assertThat(answer.encode()).doesNotContain(endpoint);
    }
  }

  @Test
  void operatorsSeeAllOfThem() {
    subscribe(201, "ann", subscription().put("user_agent", "Firefox"));
    subscribe(201, "", subscription().put("endpoint", ENDPOINT + "2"));

    assertThat(send(GET, LIST, "", new JsonObject()).statusCode()).isEqualTo(401);
    assertThat(send(GET, LIST, "ann", new JsonObject()).statusCode()).isEqualTo(403);
    for (String query : List.of("?a=%zz", "?userId=%", "?after=%ff%zz")) {
      HttpResponse<Buffer> bad = send(GET, LIST + query, PushNode.OPERATOR, new JsonObject());
      assertThat(bad.statusCode()).as(query).isEqualTo(400);
      assertThat(bad.bodyAsJsonObject().getString("error")).isEqualTo("bad_request");
    }
    HttpResponse<Buffer> response = send(GET, LIST, PushNode.OPERATOR, new JsonObject());
    assertThat(response.statusCode()).isEqualTo(200);
    JsonObject answer = response.bodyAsJsonObject();
    assertThat(answer.getInteger("total")).isEqualTo(2);
    JsonObject first = answer.getJsonArray("subscriptions").getJsonObject(0);
    assertThat(first.getString("user_id")).isEqualTo("ann");
    assertThat(first.getString("user_agent")).isEqualTo("Firefox");
    assertThat(first.containsKey("last_used_at")).isTrue();
    assertThat(answer.getJsonArray("subscriptions").getJsonObject(1).getValue("user_id")).isNull();
    assertThat(answer.encode())
        .doesNotContain(ENDPOINT)
        .doesNotContain(browser.keys().getString("auth"));
  }

  @Test
  void subscriptionIsNoDeviceTokenAndOutlivesThem() {
    subscribe(201, "ann", subscription());
    JsonObject tokens = send(GET, "/v1/push/tokens", "ann", new JsonObject()).bodyAsJsonObject();
    assertThat(tokens.getInteger("count")).isZero();
    send(DELETE, "/v1/push/tokens/all", "ann", new JsonObject());
    assertThat(redis.reach("ann")).hasSize(1);
  }

  @Test
  void subscriptionWithOtherKeysOutlivesWhatIsSaidOfTheOldOnes() {
    subscribe(201, "ann", subscription());
    Promise<Outcome> answer = Promise.promise();
    sender.answeringBy(answer.future());
    push();
    Await.until(() -> sender.sent.size() == 1);
    subscribe(200, "ann", subscription().put("keys", Browser.make().keys()));
    Instant later = Instant.now().plusSeconds(60);
    answer.complete(new Outcome.Gone("HTTP 410", later, Outcome.Kind.CERTAIN));

    Await.until(() -> node.counted("custom", "failed") == 1);
    push();
    Await.until(() -> redis.reach("ann").isEmpty());
    assertThat(sender.sent).hasSize(2);
  }

  @Test
  void whoSubscribesAnewIsNotQuarantinedAnyMore() {
    subscribe(201, "ann", subscription());
    Await.await(
        node.postgres
            .query("UPDATE push_tokens SET quarantined_until = now() + interval '1 hour'")
            .execute());
    push();
    Await.until(() -> node.counted("custom", "dropped") == 1);
    subscribe(200, "ann", subscription());
    push();
    Await.until(() -> node.counted("custom", "sent") == 1);
  }

  private void push() {
    JsonObject message = new JsonObject().put("user_id", "ann").put("title", "T").put("body", "B");
    assertThat(
            send(POST, "/api/v1/push/send", PushNode.OPERATOR, message)
                .bodyAsJsonObject()
                .getInteger("queued"))
        .isEqualTo(1);
  }

  @Test
  void ofTooManySubscriptionsOfAUserTheOldestGo() {
    for (int i = 0; i < 51; i++) {
      subscribe(201, "ann", subscription().put("endpoint", ENDPOINT + i));
      subscribe(201, "", subscription().put("endpoint", ENDPOINT + "nobody" + i));
    }
    assertThat(redis.reach("ann")).hasSize(50);
    JsonObject oldest = new JsonObject().put("endpoint", ENDPOINT + 0);
    assertThat(send(DELETE, SUBSCRIBE, "ann", oldest).statusCode()).isEqualTo(404);
    oldest.put("endpoint", ENDPOINT + "nobody" + 0);
    assertThat(send(DELETE, SUBSCRIBE, "", oldest).statusCode()).isEqualTo(204);
  }

  @Test
  void logOutOfADeviceEndsItsSubscription() {
    subscribe(201, "ann", subscription().put("device_id", "laptop"));
    redis.unregister("ann", "laptop", System.currentTimeMillis() + 1_000);
    Await.until(() -> redis.reach("ann").isEmpty());
    assertThat(send(DELETE, SUBSCRIBE, "ann", subscription()).statusCode()).isEqualTo(404);
  }

  @Test
  void oneEndpointThatManySubscribeAtOnceEndsWithOneOfThem() {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Integer>> answers =
          IntStream.range(0, 24)
              .mapToObj(
                  i ->
                      CompletableFuture.supplyAsync(
                          () -> send(POST, SUBSCRIBE, "user" + i % 4, subscription()).statusCode(),
                          threads))
              .toList();
      List<Integer> statuses = answers.stream().map(CompletableFuture::join).sorted().toList();
      assertThat(statuses).filteredOn(status -> status == 201).hasSize(1);
      assertThat(statuses).filteredOn(status -> status == 200).hasSize(23);
    }
    String owner =
        Await.await(node.postgres.query("SELECT user_id FROM push_tokens").execute())
            .iterator()
            .next()
            .getString(0);
    Await.until(
        () ->
            IntStream.range(0, 4)
                .allMatch(
                    i -> redis.reach("user" + i).size() == (owner.equals("user" + i) ? 1 : 0)));
  }
}
