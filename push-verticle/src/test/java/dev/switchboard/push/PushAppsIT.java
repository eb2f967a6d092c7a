package dev.switchboard.push;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.pushy.apns.server.RejectionReason;
import dev.switchboard.push.queue.Notifications;
import dev.switchboard.push.testing.ApnsPeer;
import dev.switchboard.push.testing.FcmPeer;
import dev.switchboard.push.webpush.Browser;
import dev.switchboard.push.webpush.FakePushService;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The default app and another one, each with bundle, project and keys of its own. */
final class PushAppsIT extends PushTest {
  private static final String KIDS = "com.example.kids";
  private static final String PHONE = "ab".repeat(32);
  private static final String KIDS_PHONE = "cd".repeat(32);
  private static final String KIDS_VOIP = "ef".repeat(32);
  private static final String TOKENS = "/v1/push/tokens";
  private static final String SUBSCRIBE = "/api/v1/push/subscribe";
  private static final String VAPID = "/api/v1/push/vapid-public-key";
  private static final String SEND = "/api/v1/push/send";
  private static final JsonObject CALL =
      new JsonObject().put("callId", "c1").put("callerName", "Bob").put("timestamp", "1");

  @TempDir private Path folder;

  private final ApnsPeer apns = new ApnsPeer(RealRedis.freePort());
  private final ApnsPeer kidsProduction = new ApnsPeer(RealRedis.freePort(), KIDS);
  private final ApnsPeer kidsSandbox = kidsProduction.otherEnvironment(RealRedis.freePort());
  private final FcmPeer fcm = new FcmPeer();
  private final FcmPeer kidsFcm = new FcmPeer("kids");
  private final FakePushService browsers = FakePushService.withoutTls();
  private PushNode node;

  @BeforeEach
  void start() throws IOException {
    node = new PushNode("a", database, new RecordingSender(false), settings(), clock);
    redis.send("HSET", "call:c1", "state", "ringing");
  }

  @AfterEach
  void stop() {
    node.close();
    List.of(apns, kidsProduction, kidsSandbox).forEach(ApnsPeer::close);
    fcm.close();
    kidsFcm.close();
    browsers.close();
  }

  private Map<String, String> settings() throws IOException {
    Map<String, String> settings = new HashMap<>(fcm.settings());
    String both = Files.readString(Path.of(settings.get("PUSH_TRUSTED_CA_PATH")));
    settings.putAll(apns.settings());
    both += Files.readString(Path.of(settings.get("PUSH_TRUSTED_CA_PATH")));
    settings.put(
        "PUSH_TRUSTED_CA_PATH", Files.writeString(folder.resolve("ca.pem"), both).toString());
    settings.put("PUSH_PROVIDERS", "apns, fcm, webpush");
    settings.put("SECRETS_KEY", Base64.getEncoder().encodeToString(new byte[32]));
    settings.put("WEBPUSH_ALLOW_HTTP", "on");
    settings.put("WEBPUSH_ALLOW_PRIVATE", "on");
    JsonObject kids =
        new JsonObject()
            .put(
                "apns",
                kidsProduction
                    .app()
                    .put("environment", "production")
                    .put("server_sandbox", "localhost:" + kidsSandbox.port())
                    .put("server_production", "localhost:" + kidsProduction.port()))
            .put("fcm", kidsFcm.app())
            .put("vapid", new JsonObject());
    settings.put(
        "PUSH_APPS", new JsonObject().put("kids", kids).put("bare", new JsonObject()).encode());
    return settings;
  }

  private void restart() throws IOException {
    node.close();
    node = new PushNode("b", database, new RecordingSender(false), settings(), clock);
  }

  private HttpResponse<Buffer> post(String path, String user, JsonObject body) {
    return node.request(HttpMethod.POST, path, user, body);
  }

  /** As signaling does it. */
  private void register(String device, String type, String token, String app) {
    register(device, type, token, app, "");
  }

  private void register(String device, String type, String token, String app, String environment) {
    redis.send("HSET", PushJobs.reach("ann"), PushJobs.typeOf(type, app) + "|" + device, "1");
    Map<String, String> entry =
        new HashMap<>(
            Map.of(
                "op",
                "store",
                "userId",
                "ann",
                "deviceId",
                device,
                "platform",
                "ios",
                "type",
                type,
                "token",
                token,
                "app",
                app,
                "at",
                Long.toString(clock.millis())));
    if (!environment.isEmpty()) {
      entry.put("environment", environment);
    }
    redis.add(PushJobs.REGISTRATIONS, entry);
    Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
  }

  private void push(String id, String cause, String reachField) {
    redis.job(id, cause, "ann", CALL, clock.millis() + 40_000, reachField);
  }

  private void ring(String id, String reachField) {
    push(id, "incoming_call", reachField);
    untilDone();
  }

  private String status(String id) {
    return node.withRedis(link -> new Notifications(link).find(id))
        .orElseThrow()
        .getJsonArray("devices")
        .getJsonObject(0)
        .getString("status");
  }

  private Row row(String token) {
    return Await.await(
            node.postgres
                .query("SELECT * FROM push_tokens WHERE token = '" + token + "'")
                .execute())
        .iterator()
        .next();
  }

  private double counted(String meter, String app) {
    return node.meters.find(meter).tag("app", app).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  @Test
  void eachDeviceIsSentToByTheKeysAndTheBundleOfItsApp() {
    register("phone", "apns", PHONE, "default");
    register("tab", "apns_voip", KIDS_VOIP, "kids");
    register("droid", "fcm", "token-number-1", "default");
    register("robot", "fcm", "token-number-2", "kids");
    assertThat(redis.reach("ann"))
        .containsExactlyInAnyOrder(
            "apns|phone", "apns_voip@kids|tab", "fcm|droid", "fcm@kids|robot");
    ring("n1", "apns|phone");
    ring("n2", "apns_voip@kids|tab");
    ring("n3", "fcm|droid");
    ring("n4", "fcm@kids|robot");
    assertThat(apns.received().getFirst().headers()).containsEntry("apns-topic", ApnsPeer.BUNDLE);
    assertThat(kidsProduction.received().getFirst().headers())
        .containsEntry("apns-topic", KIDS + ".voip");
    assertThat(fcm.received()).extracting(m -> m.getString("token")).containsOnly("token-number-1");
    assertThat(kidsFcm.received())
        .extracting(m -> m.getString("token"))
        .containsOnly("token-number-2");
    assertThat(redis.send("KEYS", "push:budget:*"))
        .extracting(Object::toString)
        .containsExactlyInAnyOrder("push:budget:fcm", "push:budget:fcm@kids");
    Await.until(() -> counted("push.notifications.sent", "kids") == 2);
    assertThat(counted("push.notifications.sent", "default")).isEqualTo(2);
  }

  @Test
  void browserIsSentToWithTheVapidKeyOfItsApp() {
    String own = vapidKey("?app=kids");
    assertThat(own).isNotEqualTo(vapidKey("")).isEqualTo(vapidKey("?app=kids"));
    assertThat(vapidKey("?app=default")).isEqualTo(vapidKey(""));
    Browser browser = Browser.make();
    JsonObject subscription =
        new JsonObject().put("endpoint", browsers.endpoint("one")).put("keys", browser.keys());
    JsonObject named = subscription.copy().put("app", "kids").put("device_id", "page");
    assertThat(post(SUBSCRIBE, "ann", named).statusCode()).isEqualTo(201);
    assertThat(redis.reach("ann")).containsExactly("webpush@kids|page");
    ring("n1", "webpush@kids|page");
    Await.until(() -> !browsers.messages().isEmpty());
    assertThat(browsers.messages().getFirst().key()).isEqualTo(own);

    // the same subscription again stays with its app; named, it goes to another, and so does reach
    assertThat(post(SUBSCRIBE, "ann", subscription).statusCode()).isEqualTo(200);
    assertThat(redis.reach("ann")).containsExactly("webpush@kids|page");
    assertThat(post(SUBSCRIBE, "ann", named.put("app", "default")).statusCode()).isEqualTo(200);
    assertThat(redis.reach("ann")).containsExactly("webpush|page");
    ring("n2", "webpush|page");
    Await.until(() -> browsers.messages().size() == 2);
    assertThat(browsers.messages().getLast().key()).isEqualTo(vapidKey(""));
  }

  private String vapidKey(String query) {
    HttpResponse<Buffer> response =
        node.request(HttpMethod.GET, VAPID + query, "", Buffer.buffer());
    assertThat(response.statusCode()).as(response.bodyAsString()).isEqualTo(200);
    return response.bodyAsJsonObject().getString("public_key");
  }

  @Test
  void unknownAppIsRefusedWithTheNamesOfThoseThereAre() {
    JsonObject token = new JsonObject().put("type", "apns").put("token", PHONE);
    JsonObject subscription =
        new JsonObject()
            .put("endpoint", browsers.endpoint("one"))
            .put("keys", Browser.make().keys());
    JsonObject message = new JsonObject().put("user_id", "ann").put("title", "T").put("body", "B");
    Object[] wrong = {"moon", "a|b", 7, new JsonObject()};
    for (Object app : wrong) {
      isRefused(post(TOKENS, "ann", token.copy().put("app", app)));
      isRefused(post(SUBSCRIBE, "ann", subscription.copy().put("app", app)));
      isRefused(post(SEND, PushNode.OPERATOR, message.copy().put("app", app)));
    }
    isRefused(node.request(HttpMethod.GET, VAPID + "?app=moon", "", Buffer.buffer()));
    HttpResponse<Buffer> bare =
        node.request(HttpMethod.GET, VAPID + "?app=bare", "", Buffer.buffer());
    assertThat(bare.statusCode()).isEqualTo(400);
    assertThat(bare.bodyAsJsonObject().getString("detail")).contains("default, kids");
    HttpResponse<Buffer> planet = post(TOKENS, "ann", token.copy().put("environment", "moon"));
    assertThat(planet.statusCode()).isEqualTo(400);
    assertThat(planet.bodyAsJsonObject().getString("detail")).contains("sandbox, production");
  }

  private static void isRefused(HttpResponse<Buffer> response) {
    assertThat(response.statusCode()).as(response.bodyAsString()).isEqualTo(400);
    assertThat(response.bodyAsJsonObject().getString("detail"))
        .contains("app must be one of default, kids, bare");
  }

  @Test
  void tokenKeepsItsAppUntilItNamesAnother() {
    JsonObject token =
        new JsonObject().put("type", "apns").put("token", PHONE).put("device_id", "phone");
    post(TOKENS, "ann", token.copy().put("app", "kids").put("environment", "sandbox"));
    assertThat(redis.reach("ann")).containsExactly("apns@kids|phone");
    assertThat(post(TOKENS, "ann", token).statusCode()).isEqualTo(200);
    assertThat(redis.reach("ann")).containsExactly("apns@kids|phone");
    JsonObject listed =
        node.request(HttpMethod.GET, TOKENS, "ann", Buffer.buffer())
            .bodyAsJsonObject()
            .getJsonArray("tokens")
            .getJsonObject(0);
    assertThat(listed.getString("app")).isEqualTo("kids");
    assertThat(listed.getString("environment")).isEqualTo("sandbox");
    post(TOKENS, "ann", token.copy().put("app", "default"));
    assertThat(redis.reach("ann")).containsExactly("apns|phone");
    post(TOKENS, "bob", token);
    assertThat(redis.reach("ann")).isEmpty();
    assertThat(redis.reach("bob")).containsExactly("apns|phone");
  }

  @Test
  void environmentThatAPushFindsOutIsRememberedAcrossARestart() throws IOException {
    kidsProduction.refuse(KIDS_PHONE, RejectionReason.BAD_DEVICE_TOKEN);
    register("tab", "apns", KIDS_PHONE, "kids");
    ring("n1", "apns@kids|tab");
    assertThat(status("n1")).isEqualTo("sent");
    assertThat(kidsProduction.received()).hasSize(1);
    assertThat(kidsSandbox.received()).hasSize(1);
    Await.until(() -> "sandbox".equals(row(KIDS_PHONE).getString("environment")));
    restart();
    ring("n2", "apns@kids|tab");
    assertThat(status("n2")).isEqualTo("sent");
    assertThat(kidsProduction.received()).hasSize(1);
    assertThat(kidsSandbox.received()).hasSize(2);
  }

  @Test
  void knownEnvironmentIsTheOnlyOneThatIsTried() {
    register("tab", "apns", KIDS_PHONE, "kids", "sandbox");
    ring("n1", "apns@kids|tab");
    assertThat(kidsSandbox.received()).hasSize(1);
    kidsSandbox.refuse(KIDS_PHONE, RejectionReason.BAD_DEVICE_TOKEN);
    ring("n2", "apns@kids|tab");
    assertThat(status("n2")).isEqualTo("failed");
    assertThat(kidsProduction.received()).isEmpty();
  }

  @Test
  void tokenThatNeitherEnvironmentKnowsIsTriedOnceOnEachAndQuarantined() {
    kidsProduction.refuse(KIDS_PHONE, RejectionReason.BAD_DEVICE_TOKEN);
    kidsSandbox.refuse(KIDS_PHONE, RejectionReason.BAD_DEVICE_TOKEN);
    register("tab", "apns", KIDS_PHONE, "kids");
    ring("n1", "apns@kids|tab");
    assertThat(status("n1")).isEqualTo("failed");
    assertThat(kidsProduction.received()).hasSize(1);
    assertThat(kidsSandbox.received()).hasSize(1);
    Await.until(() -> counted("push.tokens.quarantined", "kids") == 1);
    assertThat(row(KIDS_PHONE).getString("environment")).isNull();
  }

  @Test
  void environmentThatDoesNotAnswerLeavesTheQuestionOpen() {
    kidsProduction.refuse(KIDS_PHONE, RejectionReason.BAD_DEVICE_TOKEN);
    kidsSandbox.refuse(KIDS_PHONE, RejectionReason.SERVICE_UNAVAILABLE);
    register("tab", "apns", KIDS_PHONE, "kids");
    push("n1", "missed_call", "apns@kids|tab");
    Await.until(() -> redis.send("ZCARD", "push:retries").toInteger() == 1);
    assertThat(row(KIDS_PHONE).getOffsetDateTime("quarantined_until")).isNull();
    kidsSandbox.accept(KIDS_PHONE);
    clock.advance(Duration.ofSeconds(10));
    untilDone();
    assertThat(status("n1")).isEqualTo("sent");
  }

  @Test
  void fuseOfOneAppDoesNotHoldUpTheRemovalOfAnothersDevices() {
    register("droid", "fcm", "gone-droid", "default");
    for (int i = 0; i < 25; i++) {
      register("robot" + i, "fcm", "gone-robot-" + i, "kids");
    }
    for (int i = 0; i < 25; i++) {
      push("k" + i, "missed_call", "fcm@kids|robot" + i);
    }
    untilDone();
    Await.until(() -> counted("push.tokens.quarantined", "kids") > 0);
    push("n1", "missed_call", "fcm|droid");
    Await.until(() -> !redis.reach("ann").contains("fcm|droid"));
    Await.until(() -> counted("push.tokens.removed", "default") == 1);
    assertThat(counted("push.tokens.quarantined", "default")).isZero();
    assertThat(redis.send("EXISTS", "push:answers:fcm", "push:answers:fcm@kids").toInteger())
        .isEqualTo(2);
  }

  @Test
  void providerOfOneAppThatHangsDoesNotHoldUpAnother() {
    register("droid", "fcm", "token-number-1", "default");
    register("robot", "fcm", "hang-robot", "kids");
    for (int i = 0; i < 300; i++) {
      push("k" + i, "missed_call", "fcm@kids|robot");
    }
    Await.until(() -> kidsFcm.received().size() >= 64);
    push("n1", "missed_call", "fcm|droid");
    Await.until(() -> !fcm.received().isEmpty());
    assertThat(kidsFcm.received().size()).isLessThan(300);
  }

  @Test
  void whatSomeNodeReachesIsAnnouncedByAppAndShown() {
    Await.until(() -> redis.send("SCARD", PushJobs.PROVIDERS).toInteger() == 8);
    assertThat(redis.send("SMEMBERS", PushJobs.PROVIDERS))
        .extracting(Object::toString)
        .contains("fcm", "fcm@kids", "apns_voip@kids", "webpush@kids")
        .noneMatch(name -> name.endsWith("@bare"));
    JsonObject health = node.role.health();
    assertThat(health.getString("fcm")).isEqualTo("initialized");
    assertThat(health.getJsonObject("pushApps").getJsonObject("bare").getString("fcm"))
        .isEqualTo("not_initialized");
    JsonObject apps = node.role.features().getJsonObject("pushApps");
    assertThat(apps.fieldNames()).containsExactly("default", "kids", "bare");
    assertThat(apps.getJsonObject("kids").getBoolean("apns")).isTrue();
    assertThat(apps.getJsonObject("bare").getBoolean("apns")).isFalse();
    register("tin", "fcm", "token-number-3", "bare");
    push("n1", "missed_call", "fcm@bare|tin");
    untilDone();
    Await.until(() -> node.counted("missed_call", "dropped") == 1);
  }

  @Test
  void operatorsSendToTheDevicesOfOneApp() {
    register("droid", "fcm", "token-number-1", "default");
    register("robot", "fcm", "token-number-2", "kids");
    JsonObject message = new JsonObject().put("title", "T").put("body", "B").put("app", "kids");
    assertThat(queued(SEND, message.copy().put("user_id", "ann"))).isEqualTo(1);
    Await.until(() -> kidsFcm.received().size() == 1);
    assertThat(queued("/api/v1/push/broadcast", message.copy().put("include_devices", true)))
        .isEqualTo(1);
    Await.until(() -> kidsFcm.received().size() == 2);
    assertThat(queued(SEND, message.copy().put("topic", "news"))).isEqualTo(1);
    Await.until(() -> kidsFcm.received().size() == 3);
    assertThat(kidsFcm.received().getLast().getString("topic")).isEqualTo("news");
    JsonObject members = new JsonObject().put("app", "kids");
    members.put("tokens", new JsonArray().add("token-number-2"));
    assertThat(post("/api/v1/push/topics/news/subscribe", PushNode.OPERATOR, members).statusCode())
        .isEqualTo(200);
    assertThat(kidsFcm.topicChanges()).hasSize(1);
    untilDone();
    assertThat(fcm.received()).isEmpty();
    assertThat(fcm.topicChanges()).isEmpty();
  }

  private int queued(String path, JsonObject body) {
    HttpResponse<Buffer> response = post(path, PushNode.OPERATOR, body);
    assertThat(response.statusCode()).as(response.bodyAsString()).isEqualTo(202);
    return response.bodyAsJsonObject().getInteger("queued");
  }

  @Test
  void keysGoOnBeingTheDefaultAppsWhereNothingElseIsNamed() {
    redis.register("ann", "phone", "apns", PHONE, clock.millis());
    Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
    assertThat(row(PHONE).getString("app")).isEqualTo("default");
    assertThat(redis.reach("ann")).isEqualTo(Set.of("apns|phone"));
    ring("n1", "apns|phone");
    assertThat(apns.received()).hasSize(1);
    Await.until(
        () -> redis.send("EXISTS", "push:accepted:apns:" + ApnsPeer.BUNDLE).toInteger() == 1);
  }
}
