package dev.switchboard.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.send.Outcome;
import dev.switchboard.push.testing.HookReceiver;
import dev.switchboard.push.testing.HookReceiver.Received;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.webhooks.WebhookEntry;
import dev.switchboard.shared.webhooks.WebhookEvent;
import dev.switchboard.shared.webhooks.WebhookKeys;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WebhooksIT extends PushTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String NEXT_SECRET = "whsec_bmV4dCBzZWNyZXQgb2YgdGhlIHJvdGF0aW9u";
  private static final String DEAD_LETTERS = "/api/v1/webhooks/dead-letters";
  private static final String FCM = "fcm-registration-1";
  private static final Duration CLAIM = Duration.ofSeconds(17);

  private final HookReceiver receiver = new HookReceiver();
  private final Map<String, String> settings = new HashMap<>();

  WebhooksIT() {
    settings.put("WEBHOOK_URL", receiver.url());
    settings.put("WEBHOOK_SECRET", SECRET);
    settings.put("WEBHOOK_ALLOW_PRIVATE", "on");
  }

  @AfterEach
  void stop() {
    RealRedis.start();
    receiver.close();
  }

  private PushNode node(String id) {
    return node(id, new RecordingSender(false), settings);
  }

  /** As the scripts of calls do it. */
  private void file(String callId, WebhookEvent event, long seq) {
    JsonObject data = new JsonObject().put("callId", callId);
    String opened = WebhookEntry.open(event, data, clock.millis());
    redis.send("RPUSH", WebhookKeys.queue("call/" + callId), WebhookEntry.close(opened, seq));
    redis.send("ZADD", WebhookKeys.DUE, "NX", clock.millis(), "call/" + callId);
  }

  private void fileCall(String callId) {
    file(callId, WebhookEvent.CALL_RINGING, 1);
    file(callId, WebhookEvent.CALL_ACCEPTED, 2);
    file(callId, WebhookEvent.CALL_ENDED, 3);
  }

  private List<Long> seqs(String callId) {
    return receiver.about("callId", callId).stream().map(Received::seq).toList();
  }

  private void untilEmpty() {
    Await.until(() -> redis.send("ZCARD", WebhookKeys.DUE).toLong() == 0, 20);
  }

  private double failures(PushNode node, String why) {
    return node.meters.get("switchboard.webhook.failures").tag("why", why).counter().count();
  }

  private JsonObject deadLetters(PushNode node) {
    return request(node, HttpMethod.GET, DEAD_LETTERS, PushNode.OPERATOR).bodyAsJsonObject();
  }

  private static HttpResponse<Buffer> request(
      PushNode node, HttpMethod method, String path, String who) {
    return node.request(method, path, who, Buffer.buffer());
  }

  @Test
  void eventsOfACallArriveOnceInOrderAndALibraryVerifiesThem() {
    try (PushNode node = node("a")) {
      fileCall("c1");
      untilEmpty();
      List<Received> all = receiver.received();
      assertThat(all)
          .extracting(Received::type)
          .containsExactly("call.ringing", "call.accepted", "call.ended");
      assertThat(all).extracting(Received::seq).containsExactly(1L, 2L, 3L);
      assertThat(all).allMatch(one -> one.isVerifiedBy(SECRET));
      assertThat(all).noneMatch(one -> one.isVerifiedBy(NEXT_SECRET));
      assertThat(all).extracting(Received::id).doesNotHaveDuplicates();
      assertThat(all.getFirst().headers().get("content-type")).containsExactly("application/json");
      assertThat(node.meters.get("switchboard.webhook.delivery").timer().count()).isEqualTo(3);
      assertThat(redis.send("KEYS", "webhook:*").size()).isZero();
    }
  }

  @Test
  void whileSecretsRotateAReceiverMayKnowEither() {
    settings.put("WEBHOOK_SECRET", NEXT_SECRET + "," + SECRET);
    try (PushNode _ = node("a")) {
      file("c1", WebhookEvent.CALL_ENDED, 1);
      untilEmpty();
      Received one = receiver.received().getFirst();
      assertThat(one.isVerifiedBy(SECRET)).isTrue();
      assertThat(one.isVerifiedBy(NEXT_SECRET)).isTrue();
    }
  }

  @Test
  void failedEventIsTriedAgainUnderItsIdAndHoldsUpOnlyItsOwnCall() {
    receiver.answers(
        (request, event) ->
            request
                .response()
                .setStatusCode(event.encode().contains("c1") && seqs("c1").size() == 1 ? 500 : 200)
                .end());
    try (PushNode node = node("a")) {
      fileCall("c1");
      Await.until(() -> failures(node, "status") == 1);
      fileCall("c2");
      Await.until(() -> seqs("c2").size() == 3);
      assertThat(seqs("c1")).containsExactly(1L);
      clock.advance(Duration.ofSeconds(1));
      untilEmpty();
      assertThat(seqs("c1")).containsExactly(1L, 1L, 2L, 3L);
      assertThat(receiver.about("callId", "c1").subList(0, 2))
          .extracting(Received::id)
          .containsOnly(receiver.received().getFirst().id());
    }
  }

  @Test
  void receiverThatAsksForTimeGetsIt() {
    receiver.answers(
        (request, event) ->
            request.response().setStatusCode(429).putHeader("Retry-After", "120").end());
    try (PushNode node = node("a")) {
      file("c1", WebhookEvent.CALL_ENDED, 1);
      Await.until(() -> failures(node, "status") == 1);
      assertThat(redis.send("ZSCORE", WebhookKeys.DUE, "call/c1").toDouble())
          .isEqualTo(clock.millis() + 120_000);
      receiver.answers(200);
      clock.advance(Duration.ofSeconds(121));
      untilEmpty();
    }
  }

  @Test
  void killedNodesEventsAreSentByAnotherInOrder() {
    List<HttpServerRequest> held = new CopyOnWriteArrayList<>();
    receiver.answers((request, event) -> held.add(request));
    PushNode killed = node("a");
    fileCall("c1");
    Await.until(() -> held.size() == 1);
    killed.vanish();
    receiver.answers(200);
    try (PushNode _ = node("b")) {
      clock.advance(CLAIM);
      untilEmpty();
      assertThat(seqs("c1")).containsExactly(1L, 1L, 2L, 3L);
      assertThat(receiver.received().stream().map(Received::id).distinct()).hasSize(3);
    }
    killed.close();
  }

  @Test
  void twoNodesSendNoEventOfACallBesideAnother() {
    List<String> wrong = new CopyOnWriteArrayList<>();
    Map<String, Long> last = new HashMap<>();
    receiver.answers(
        (request, event) -> {
          JsonObject data = event.getJsonObject("data");
          long seq = data.getLong("seq");
          if (last.getOrDefault(data.getString("callId"), 0L) != seq - 1) {
            wrong.add(data.encode());
          }
          last.put(data.getString("callId"), seq);
          request.response().end();
        });
    try (PushNode _ = node("a");
        PushNode _ = node("b")) {
      for (int i = 0; i < 100; i++) {
        fileCall("c" + i);
      }
      untilEmpty();
      assertThat(wrong).isEmpty();
      assertThat(receiver.received()).hasSize(300);
    }
  }

  @Test
  void deadReceiverHoldsUpNoPushAndItsEventsAreReplayed() {
    RecordingSender sender = new RecordingSender(false);
    receiver.answers((request, event) -> request.connection().close());
    try (PushNode node = node("a", sender, settings)) {
      for (int i = 0; i < 10; i++) {
        fileCall("c" + i);
      }
      Await.until(() -> failures(node, "connection") >= 5);
      redis.register("ann", "phone", "fcm", FCM, clock.millis());
      redis.job("n1", "missed_call", "ann", new JsonObject(), clock.millis() + 60_000);
      Await.until(() -> sender.sent.size() == 1);

      clock.advance(Duration.ofHours(25));
      Await.until(
          () -> {
            clock.advance(Duration.ofMinutes(11));
            return deadLetters(node).getInteger("total") == 30;
          },
          30);
      assertThat(deadLetters(node).getJsonArray("dead_letters"))
          .allSatisfy(
              letter ->
                  assertThat(((JsonObject) letter).getMap())
                      .containsKeys("id", "webhook_id", "subject", "event", "reason", "attempts"));
      receiver.answers(200);
      int before = receiver.received().size();
      HttpResponse<Buffer> replayed =
          request(node, HttpMethod.POST, DEAD_LETTERS + "/replay", PushNode.OPERATOR);
      assertThat(replayed.bodyAsJsonObject().getInteger("replayed")).isEqualTo(30);
      Await.until(
          () -> {
            clock.advance(Duration.ofSeconds(31));
            return redis.send("ZCARD", WebhookKeys.DUE).toLong() == 0;
          },
          20);
      List<Received> again = receiver.received().subList(before, receiver.received().size());
      for (int i = 0; i < 10; i++) {
        String callId = "c" + i;
        assertThat(again.stream().filter(one -> callId.equals(one.data().getString("callId"))))
            .extracting(Received::seq)
            .containsExactly(1L, 2L, 3L);
      }
      assertThat(deadLetters(node).getInteger("total")).isZero();
    }
  }

  @Test
  void singleDeadLettersAreReplayedAndPagesLeadOn() {
    try (PushNode node = node("a")) {
      for (int i = 0; i < 3; i++) {
        String entry =
            WebhookEntry.close(
                WebhookEntry.open(
                    WebhookEvent.CALL_ENDED, new JsonObject().put("callId", "c" + i), 1),
                1);
        redis.send(
            "XADD", WebhookKeys.DEAD, (i + 1) + "-1", "subject", "call/c" + i, "entry", entry);
      }
      JsonObject first =
          request(node, HttpMethod.GET, DEAD_LETTERS + "?limit=2", PushNode.OPERATOR)
              .bodyAsJsonObject();
      assertThat(first.getJsonArray("dead_letters")).hasSize(2);
      assertThat(first.getString("next")).isEqualTo("2-1");
      JsonObject second =
          request(node, HttpMethod.GET, DEAD_LETTERS + "?after=2-1", PushNode.OPERATOR)
              .bodyAsJsonObject();
      assertThat(second.getJsonArray("dead_letters")).hasSize(1);
      assertThat(second.getString("next")).isNull();
      JsonObject ids = new JsonObject().put("ids", new JsonArray().add("2-1").add("9-9").add("x"));
      assertThat(
              node.request(HttpMethod.POST, DEAD_LETTERS + "/replay", PushNode.OPERATOR, ids)
                  .bodyAsJsonObject()
                  .getInteger("replayed"))
          .isEqualTo(1);
      untilEmpty();
      assertThat(receiver.received()).hasSize(1);
    }
  }

  @Test
  void onlyOperatorsSeeDeadLetters() {
    try (PushNode node = node("a")) {
      assertThat(request(node, HttpMethod.GET, DEAD_LETTERS, "").statusCode()).isEqualTo(401);
      assertThat(request(node, HttpMethod.GET, DEAD_LETTERS, "ann").statusCode()).isEqualTo(403);
      assertThat(request(node, HttpMethod.POST, DEAD_LETTERS + "/replay", "ann").statusCode())
          .isEqualTo(403);
      for (String bad : List.of("?after=x", "?limit=0", "?limit=x", "?limit=-1")) {
        assertThat(
                request(node, HttpMethod.GET, DEAD_LETTERS + bad, PushNode.OPERATOR).statusCode())
            .as(bad)
            .isEqualTo(400);
      }
      for (Object bad : List.of("1-1", 5, new JsonArray().add(5))) {
        assertThat(
                node.request(
                        HttpMethod.POST,
                        DEAD_LETTERS + "/replay",
                        PushNode.OPERATOR,
                        new JsonObject().put("ids", bad))
                    .statusCode())
            .as(bad.toString())
            .isEqualTo(400);
      }
    }
  }

  @Test
  void internalAddressIsNotSpokenTo() {
    settings.remove("WEBHOOK_ALLOW_PRIVATE");
    for (String url :
        List.of(
            receiver.url(), "https://127.0.0.1:" + receiver.port() + "/", "https://localhost/")) {
      settings.put("WEBHOOK_URL", url);
      redis.send("FLUSHALL");
      try (PushNode node = node("a")) {
        fileCall("c1");
        Await.until(() -> failures(node, "forbidden") == 1);
        JsonObject queue = Await.await(node.role.overview()).getJsonObject("queue");
        assertThat(queue.getJsonObject("webhooks").getMap())
            .containsEntry("waiting", 1L)
            .containsEntry("deadLetters", 0L);
        assertThat(redis.send("LLEN", WebhookKeys.queue("call/c1")).toLong()).isEqualTo(3);
      }
    }
    assertThat(receiver.received()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308, 304, 400, 404, 410})
  void whateverIsNoSuccessIsTriedAgainAndNoRedirectIsFollowed(int status) {
    receiver.answers(
        (request, event) ->
            request
                .response()
                .setStatusCode(status)
                .putHeader("Location", receiver.url() + "/elsewhere")
                .end());
    try (PushNode node = node("a")) {
      file("c1", WebhookEvent.CALL_ENDED, 1);
      Await.until(() -> failures(node, "refused") == 1);
      assertThat(receiver.received()).hasSize(1);
      receiver.answers(200);
      clock.advance(Duration.ofSeconds(1));
      untilEmpty();
      assertThat(receiver.received()).hasSize(2);
    }
  }

  @Test
  void statusIsEnoughWhateverComesAfterIt() {
    receiver.answers(
        (request, event) -> {
          request.response().setChunked(true).setStatusCode(200);
          if (event.getJsonObject("data").getLong("seq") == 1) {
            request.response().write("a body that never ends");
          } else {
            request.response().end(Buffer.buffer(new byte[10_000_000]));
          }
        });
    try (PushNode _ = node("a")) {
      fileCall("c1");
      untilEmpty();
      assertThat(seqs("c1")).containsExactly(1L, 2L, 3L);
    }
  }

  @Test
  void deadPushIsTold() {
    RecordingSender sender =
        new RecordingSender(false).answering(new Outcome.Unavailable("down", null));
    try (PushNode _ = node("a", sender, settings)) {
      redis.register("ann", "phone", "fcm", FCM, clock.millis());
      JsonObject data = new JsonObject().put("callId", "c1");
      redis.job("n1", "missed_call", "ann", data, clock.millis() + 9_000_000);
      Await.until(
          () -> {
            clock.advance(Duration.ofSeconds(30));
            return !receiver.received().isEmpty();
          },
          20);
      Received told = receiver.received().getFirst();
      assertThat(told.type()).isEqualTo("push.dead");
      assertThat(told.data().getMap())
          .containsEntry("notificationId", "n1")
          .containsEntry("cause", "missed_call")
          .containsEntry("userId", "ann")
          .containsEntry("deviceId", "phone")
          .containsEntry("callId", "c1")
          .containsEntry("type", "fcm")
          .containsEntry("reason", "down")
          .containsEntry("attempts", 4)
          .containsEntry("seq", 1);
      assertThat(told.body()).doesNotContain(FCM);
    }
  }

  @Test
  void removedDevicesAreToldWithoutTheirTokens() {
    RecordingSender sender =
        new RecordingSender(false)
            .answering(
                (push, device) ->
                    new Outcome.Gone("Unregistered", clock.instant(), Outcome.Kind.CERTAIN));
    settings.put("PUSH_DEVICES_PER_USER", "2");
    try (PushNode _ = node("a", sender, settings)) {
      for (int i = 1; i <= 3; i++) {
        clock.advance(Duration.ofSeconds(1));
        redis.register("ann", "phone" + i, "fcm", "fcm-registration-" + i, clock.millis());
        Await.until(() -> redis.length("push:registrations") == 0);
      }
      Await.until(() -> receiver.received().size() == 1);
      redis.job(
          "n1", "missed_call", "ann", new JsonObject(), clock.millis() + 60_000, "fcm|phone3");
      Await.until(() -> receiver.received().size() == 2);
      assertThat(receiver.received()).extracting(Received::type).containsOnly("device.removed");
      assertThat(receiver.received().getFirst().data())
          .isEqualTo(
              new JsonObject()
                  .put("userId", "ann")
                  .put("deviceId", "phone1")
                  .put("type", "fcm")
                  .put("platform", "android")
                  .put("token", "fcm-regi…")
                  .put("reason", "too_many")
                  .put("seq", 1));
      assertThat(receiver.received().getLast().data().getMap())
          .containsEntry("deviceId", "phone3")
          .containsEntry("reason", "gone");
      assertThat(redis.reach("ann")).containsExactly("fcm|phone2");

      clock.advance(Duration.ofDays(300));
      redis.send("DEL", "push:sweep:lease");
    }
    try (PushNode _ = node("b", sender, settings)) {
      Await.until(
          () ->
              receiver.about("reason", "stale").stream()
                  .anyMatch(one -> "phone2".equals(one.data().getString("deviceId"))));
    }
  }

  @Test
  void whatPostgresKeepsOfEventsIsFiledOnceRedisIsBack() {
    try (PushNode node = node("a")) {
      redis.close();
      RealRedis.stop();
      Await.await(
          node.postgres
              .query(
                  "INSERT INTO webhook_outbox (type, subject, data) VALUES ('room.accepted',"
                      + " 'room/r1', '{\"roomId\": \"r1\"}')")
              .execute());
      RealRedis.start();
      Await.until(() -> receiver.about("roomId", "r1").size() == 1, 20);
      Await.until(
          () ->
              Await.await(node.postgres.query("SELECT FROM webhook_outbox").execute()).size() == 0);
    }
    redis = new RedisProbe();
  }

  @Test
  void nothingIsSentWithoutAReceiver() {
    settings.remove("WEBHOOK_URL");
    try (PushNode node = node("a")) {
      fileCall("c1");
      assertThat(deadLetters(node).getInteger("total")).isZero();
      assertThat(node.meters.find("switchboard.webhook.delivery").timer()).isNull();
    }
    assertThat(receiver.received()).isEmpty();
  }
}
