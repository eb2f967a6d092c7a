package dev.switchboard.push;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.send.Outcome;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TokensIT {
  private static final String TOKENS = "/v1/push/tokens";
  private static final String APNS = "AB".repeat(32);
  private static final String FCM = "dQw4w9WgXcQ:APA91b-" + "x".repeat(120);

  private final RecordingSender sender = new RecordingSender(false);
  private PushNode node;
  private RedisProbe redis;

  @BeforeEach
  void start() {
    RealRedis.flush();
    redis = new RedisProbe();
    node = node(Map.of());
  }

  private PushNode node(Map<String, String> settings) {
    return new PushNode("a", RealPostgres.newDatabase(), sender, settings);
  }

  @AfterEach
  void stop() {
    RealPostgres.start();
    RealRedis.start();
    node.close();
    redis.close();
  }

  private JsonObject answer(int status, HttpMethod method, String path, String user, Object body) {
    Buffer sent =
        body instanceof JsonObject json ? json.toBuffer() : Buffer.buffer(body.toString());
    var response = node.request(method, path, user, sent);
    assertThat(response.statusCode()).as(response.bodyAsString()).isEqualTo(status);
    return response.bodyAsJsonObject();
  }

  private static JsonObject token(String type, String token) {
    return new JsonObject().put("type", type).put("token", token);
  }

  @Test
  void tokensAreStoredListedCutAndReachable() {
    JsonObject stored =
        answer(
            200,
            POST,
            TOKENS,
            "ann",
            token("fcm", FCM).put("device_id", "phone").put("platform", "android"));
    assertThat(stored.getString("message")).isNotBlank();
    JsonObject second = answer(200, POST, TOKENS, "ann", token("apns", APNS));

    JsonObject listed = answer(200, GET, TOKENS, "ann", "");
    assertThat(listed.getInteger("count")).isEqualTo(2);
    JsonObject first = listed.getJsonArray("tokens").getJsonObject(0);
    assertThat(first.getString("id")).isEqualTo(stored.getString("token_id"));
    assertThat(first.getString("token")).isEqualTo(FCM.substring(0, 16));
    assertThat(first.getString("device_id")).isEqualTo("phone");
    assertThat(first.getString("platform")).isEqualTo("android");
    assertThat(first.getBoolean("active")).isTrue();
    assertThat(first.getString("created_at")).endsWith("Z");
    assertThat(redis.reach("ann"))
        .containsExactlyInAnyOrder("fcm|phone", "apns|#" + second.getString("token_id"));
    assertThat(answer(200, GET, TOKENS, "bob", "").getInteger("count")).isZero();
  }

  @Test
  void sameTokenAgainUpdatesItAndMovesItToThisUser() {
    JsonObject first = answer(200, POST, TOKENS, "ann", token("apns", APNS).put("device_id", "d1"));
    JsonObject again =
        answer(200, POST, TOKENS, "ann", token("apns", APNS.toLowerCase(java.util.Locale.ROOT)));
    JsonObject moved = answer(200, POST, TOKENS, "bob", token("apns", APNS).put("device_id", "d2"));

    assertThat(again.getString("token_id")).isEqualTo(first.getString("token_id"));
    assertThat(moved.getString("token_id")).isEqualTo(first.getString("token_id"));
    assertThat(answer(200, GET, TOKENS, "ann", "").getInteger("count")).isZero();
    assertThat(answer(200, GET, TOKENS, "bob", "").getInteger("count")).isEqualTo(1);
    Await.until(() -> redis.reach("ann").isEmpty());
    assertThat(redis.reach("bob")).containsExactly("apns|d2");
  }

  @Test
  void tokenOfABrowserWithFirebaseIsAnFcmToken() {
    answer(200, POST, TOKENS, "ann", token("web", FCM).put("kind", "token"));
    JsonObject listed = answer(200, GET, TOKENS, "ann", "");
    JsonObject shown = listed.getJsonArray("tokens").getJsonObject(0);
    assertThat(shown.getString("type")).isEqualTo("fcm");
    assertThat(shown.getString("platform")).isEqualTo("web");
    assertThat(answer(200, GET, TOKENS + "/count", "ann", "").getInteger("active_tokens_count"))
        .isEqualTo(1);
    answer(400, POST, TOKENS, "ann", token("fcm", FCM).put("kind", "pigeon"));
    answer(400, POST, TOKENS, "ann", token("apns", "ab".repeat(32)).put("kind", "fid"));
    answer(200, DELETE, TOKENS, "ann", token("web", FCM));
    assertThat(answer(200, GET, TOKENS + "/count", "ann", "").getInteger("active_tokens_count"))
        .isZero();
  }

  @Test
  void aUserStoresSoManyTokensAMinuteAndTestsAsOften() {
    JsonObject test = new JsonObject().put("title", "T").put("body", "B");
    node.close();
    node = node(Map.of("RATE_TOKENS_PER_MINUTE", "3"));
    IntStream.range(0, 3).forEach(i -> answer(200, POST, TOKENS, "ann", token("fcm", FCM + i)));
    var limited = node.request(POST, TOKENS, "ann", token("fcm", FCM));
    assertThat(limited.statusCode()).isEqualTo(429);
    assertThat(Integer.parseInt(limited.getHeader("Retry-After"))).isBetween(1, 60);
    assertThat(limited.bodyAsJsonObject().getString("error")).isEqualTo("rate_limited");
    assertThat(limited.bodyAsJsonObject().getString("detail")).isNotBlank();
    answer(200, POST, TOKENS, "bob", token("fcm", FCM));
    IntStream.range(0, 3).forEach(i -> answer(202, POST, "/v1/push/test", "ann", test));
    answer(429, POST, "/v1/push/test", "ann", test);
    answer(429, POST, "/api/v1/push/test", "ann", test);
  }

  @Test
  void ofTooManyDevicesThoseGoThatNothingWasHeardOfForLongest() {
    IntStream.range(0, 50).forEach(i -> answer(200, POST, TOKENS, "ann", token("fcm", FCM + i)));
    answer(200, POST, TOKENS, "ann", token("fcm", FCM + "0"));
    Await.await(
        node.postgres
            .query(
                "UPDATE push_tokens SET last_used_at = now() + interval '1 hour' WHERE token = '"
                    + FCM
                    + "1'")
            .execute());
    answer(200, POST, TOKENS, "ann", token("fcm", FCM + "50"));
    assertThat(kept())
        .hasSize(50)
        .contains(FCM + "0", FCM + "1", FCM + "50")
        .doesNotContain(FCM + "2");

    redis.register("ann", "phone", "fcm", FCM + "51", System.currentTimeMillis() + 10);
    Await.until(() -> kept().contains(FCM + "51") && kept().size() == 50);
    assertThat(kept()).doesNotContain(FCM + "3");
    Await.until(() -> redis.reach("ann").size() == 50);
    assertThat(redis.reach("ann")).contains("fcm|phone");
  }

  private List<String> kept() {
    List<String> tokens = new ArrayList<>();
    Await.await(node.postgres.query("SELECT token FROM push_tokens").execute())
        .forEach(row -> tokens.add(row.getString(0)));
    return tokens;
  }

  @Test
  void tokenThatWasStoredAnewWhileAPushToItWasUnderWayIsKept() {
    Promise<Outcome> answer = Promise.promise();
    sender.answeringBy(answer.future());
    answer(200, POST, TOKENS, "ann", token("fcm", FCM).put("device_id", "phone"));
    Instant begun = Instant.now();
    JsonObject message = new JsonObject().put("user_id", "ann").put("title", "T").put("body", "B");
    answer(202, POST, "/api/v1/push/send", PushNode.OPERATOR, message);
    Await.until(() -> sender.sent.size() == 1);
    answer(200, POST, TOKENS, "ann", token("fcm", FCM));
    answer.complete(new Outcome.Gone("UNREGISTERED", begun, Outcome.Kind.CERTAIN));

    Await.until(() -> node.counted("custom", "failed") == 1);
    answer(202, POST, "/api/v1/push/send", PushNode.OPERATOR, message);
    Await.until(() -> node.counted("custom", "failed") == 2);
    assertThat(kept()).containsExactly(FCM);
    assertThat(redis.reach("ann")).containsExactly("fcm|phone");
  }

  @Test
  void onlyOnesOwnTokenCanBeDeleted() {
    answer(200, POST, TOKENS, "ann", token("fcm", FCM).put("device_id", "phone"));

    JsonObject refused = answer(404, DELETE, TOKENS, "bob", new JsonObject().put("token", FCM));
    assertThat(refused.getString("error")).isEqualTo("not_found");
    assertThat(redis.reach("ann")).containsExactly("fcm|phone");

    answer(200, DELETE, TOKENS, "ann", new JsonObject().put("token", FCM));
    answer(404, DELETE, TOKENS, "ann", new JsonObject().put("token", FCM));
    // Whoever writes the whole index anew meanwhile has read it before, and looks once more.
    Await.until(() -> redis.reach("ann").isEmpty());
  }

  @Test
  void allTokensOfAUserGoAndNobodyElses() {
    answer(200, POST, TOKENS, "ann", token("fcm", FCM));
    answer(200, POST, TOKENS, "ann", token("apns_voip", APNS));
    answer(200, POST, TOKENS, "bob", token("fcm", FCM + "y").put("device_id", "phone"));

    answer(200, DELETE, TOKENS + "/all", "ann", "");
    answer(200, DELETE, TOKENS + "/all", "ann", "");

    assertThat(redis.reach("ann")).isEmpty();
    assertThat(redis.reach("bob")).containsExactly("fcm|phone");
  }

  @Test
  void deviceStaysReachableWhileItHasAnotherTokenOfTheType() {
    answer(200, POST, TOKENS, "ann", token("fcm", FCM).put("device_id", "phone"));
    answer(200, POST, TOKENS, "ann", token("fcm", FCM + "new").put("device_id", "phone"));

    answer(200, DELETE, TOKENS, "ann", new JsonObject().put("token", FCM));

    assertThat(redis.reach("ann")).containsExactly("fcm|phone");
  }

  @Test
  void badRequestsAreRefusedAndNameTheField() {
    assertThat(answer(400, POST, TOKENS, "ann", "{nope").getString("detail")).contains("body");
    assertThat(answer(400, POST, TOKENS, "ann", "").getString("detail")).contains("body");
    assertThat(answer(400, POST, TOKENS, "ann", "[]").getString("detail")).contains("body");
    assertThat(answer(400, POST, TOKENS, "ann", token("sms", FCM)).getString("detail"))
        .contains("type");
    assertThat(answer(400, POST, TOKENS, "ann", token("apns", "AB")).getString("detail"))
        .contains("token");
    assertThat(
            answer(400, POST, TOKENS, "ann", token("fcm", FCM).put("device_id", 5.5))
                .getString("detail"))
        .contains("device_id");
    assertThat(
            answer(400, POST, TOKENS, "ann", token("fcm", FCM).put("platform", "a\u0000b"))
                .getString("detail"))
        .contains("platform");
    assertThat(answer(400, DELETE, TOKENS, "ann", new JsonObject()).getString("detail"))
        .contains("token");
    JsonObject large = token("fcm", "x".repeat(100_000));
    assertThat(answer(413, POST, TOKENS, "ann", large).getString("error")).isNotBlank();
    assertThat(answer(401, GET, TOKENS, "", "").getString("error")).isEqualTo("unauthorized");
    assertThat(answer(401, GET, TOKENS, "expired", "").getString("detail"))
        .isEqualTo("Token expired");
  }

  @Test
  void withoutPostgresAnswersAre503AndAllIsWellAgainAfterwards() {
    answer(200, POST, TOKENS, "ann", token("fcm", FCM));
    RealPostgres.stop();

    assertThat(answer(503, GET, TOKENS, "ann", "").getString("error")).isEqualTo("unavailable");
    answer(503, POST, TOKENS, "ann", token("fcm", FCM));
    redis.register("bob", "phone", "fcm", FCM + "b", System.currentTimeMillis());

    RealPostgres.start();
    Await.until(() -> node.request(GET, TOKENS, "ann", Buffer.buffer()).statusCode() == 200);
    Await.until(() -> redis.length("push:registrations") == 0);
    assertThat(answer(200, GET, TOKENS, "bob", "").getInteger("count")).isEqualTo(1);
    assertThat(redis.reach("bob")).containsExactly("fcm|phone");
  }

  @Test
  void reachIndexIsRebuiltWhenRedisHasLostIt() {
    IntStream.range(0, 700)
        .forEach(
            i ->
                Await.await(
                    node.postgres
                        .query(
                            "INSERT INTO push_tokens (user_id, type, token, device_id) VALUES ('u"
                                + i
                                + "', 'fcm', 't"
                                + i
                                + "', 'd')")
                        .execute()));
    RealRedis.flush();

    Await.until(() -> redis.send("EXISTS", "push:reach-complete").toInteger() == 1);

    assertThat(redis.reach("u0")).containsExactly("fcm|d");
    assertThat(redis.reach("u699")).containsExactly("fcm|d");
  }
}
