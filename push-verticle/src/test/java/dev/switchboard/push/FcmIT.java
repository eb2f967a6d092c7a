package dev.switchboard.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.queue.Notifications;
import dev.switchboard.push.queue.PushOrder;
import dev.switchboard.push.queue.PushQueue;
import dev.switchboard.push.send.TopicMembers;
import dev.switchboard.push.testing.FcmPeer;
import dev.switchboard.shared.push.PushApps;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FcmIT extends PushTest {
  private final FcmPeer fcm = new FcmPeer();
  private PushNode node;

  @BeforeEach
  void start() {
    node = node("a", new RecordingSender(false), fcm.settings());
    redis.send("HSET", "call:c1", "state", "ringing");
    connect();
  }

  /** The clock stands still, so a first push that waits for its connection would not be retried. */
  private void connect() {
    TopicMembers topics = node.role.topics(PushApps.DEFAULT).orElseThrow();
    Await.until(
        () ->
            Await.await(
                topics
                    .subscribe("warm", List.of("token-number-0"))
                    .transform(answer -> Future.succeededFuture(answer.succeeded()))),
        30);
    fcm.topicChanges().clear();
  }

  @AfterEach
  void stop() {
    node.close();
    fcm.close();
  }

  private void register(String device, String token) {
    redis.register("ann", device, "fcm", token, clock.millis());
    Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
  }

  private void push(String id, String cause) {
    push(id, cause, "phone");
  }

  private void push(String id, String cause, String device) {
    JsonObject data =
        new JsonObject()
            .put("type", cause)
            .put("callId", "c1")
            .put("callerName", "Bob")
            .put("timestamp", "1");
    redis.job(id, cause, "ann", data, clock.millis() + 40_000, "fcm|" + device);
  }

  private JsonObject device(String id) {
    return node.withRedis(link -> new Notifications(link).find(id))
        .orElseThrow()
        .getJsonArray("devices")
        .getJsonObject(0);
  }

  @Test
  void ringIsADataMessageOfHighPriorityForWhatIsLeftOfTheRing() {
    register("phone", "token-number-1");
    push("n1", "incoming_call");
    untilDone();
    JsonObject message = fcm.received().getFirst();
    assertThat(message.getString("token")).isEqualTo("token-number-1");
    assertThat(message.containsKey("notification")).isFalse();
    assertThat(message.getJsonObject("data").getMap())
        .containsEntry("callId", "c1")
        .containsKey("sentAt")
        .doesNotContainKey("url")
        .allSatisfy((name, value) -> assertThat(value).isInstanceOf(String.class));
    assertThat(message.getJsonObject("android"))
        .isEqualTo(
            new JsonObject().put("priority", "high").put("ttl", "40s").put("collapse_key", "c1"));
    assertThat(device("n1").getString("provider_id")).startsWith("projects/demo/messages/");
    push("n2", "call_cancelled");
    untilDone();
    assertThat(fcm.received().getLast().getJsonObject("android").getString("collapse_key"))
        .isEqualTo("c1");
    assertThat(fcm.received().getLast().containsKey("notification")).isFalse();
    assertThat(fcm.grants()).isEqualTo(1);
    assertThat(fcm.versions()).containsOnly(HttpVersion.HTTP_2);
  }

  @Test
  void fiveHundredDevicesOfABroadcastShareAFewConnections() {
    Await.await(
        node.postgres
            .query(
                "INSERT INTO push_tokens (user_id, type, token) SELECT 'user' || i, 'fcm',"
                    + " 'token-number-' || i FROM generate_series(1, 500) AS i")
            .execute());
    PushOrder order =
        new PushOrder(
            new JsonObject().put("title", "News").put("body", "Something has happened"),
            Duration.ofHours(1),
            null);
    node.withRedis(link -> new PushQueue(link, clock).toEveryone(order, true, null, 500));
    Await.until(
        () -> {
          // on a busy machine an attempt may come too late, and the back-off of another passes
          clock.advance(Duration.ofMillis(100));
          return node.counted("custom", "sent") == 500;
        },
        60);
    assertThat(fcm.received().stream().map(message -> message.getString("token")).distinct())
        .hasSize(500);
    assertThat(fcm.connections()).isLessThanOrEqualTo(11);
  }

  @Test
  void installationIdIsSentAsOne() {
    register("phone", "c123456789012345678901");
    push("n1", "missed_call");
    untilDone();
    assertThat(fcm.received().getFirst().getString("fid")).isEqualTo("c123456789012345678901");
    assertThat(fcm.received().getFirst().getJsonObject("notification").getString("body"))
        .contains("Bob");
  }

  @Test
  void errorsMeanWhatGoogleSaysTheyMean() {
    register("gone", "gone-number-1");
    push("n1", "missed_call", "gone");
    Await.until(() -> redis.reach("ann").isEmpty());
    assertThat(device("n1").getString("reason")).isEqualTo("UNREGISTERED");
    register("other", "other-number-1");
    push("n2", "missed_call", "other");
    Await.until(() -> node.meters.find("push.tokens.quarantined").counter().count() == 1);
    for (String kind : List.of("bad", "forbidden", "missing")) {
      register(kind, kind + "-token");
      push(kind, "missed_call", kind);
      untilDone();
      assertThat(device(kind).getString("status")).isEqualTo("failed");
    }
    assertThat(redis.reach("ann"))
        .isEqualTo(Set.of("fcm|other", "fcm|bad", "fcm|forbidden", "fcm|missing"));
  }

  @Test
  void busyServerIsAskedOnceAndAgainWhenItWantsTo() {
    register("phone", "busy-token");
    push("n1", "missed_call");
    Await.until(
        () ->
            redis.send("ZCARD", "push:retries").toInteger() == 0
                && fcm.received().size() == 1
                && redis.length(PushJobs.JOBS) == 0);
    assertThat(device("n1"))
        .isEqualTo(
            device("n1")
                .copy()
                .put("status", "expired")
                .put("reason", "UNAVAILABLE")
                .put("attempts", 1));
    register("phone", "many-token");
    push("n2", "missed_call", "phone");
    Await.until(() -> redis.send("ZCARD", "push:retries").toInteger() == 1);
    double at = redis.retryAt();
    assertThat(at).isBetween(clock.millis() + 10_000.0, clock.millis() + 15_000.0);
  }

  @Test
  void hangingServerHoldsUpNeitherTheQueueNorOthers() {
    register("phone", "hang-token");
    register("pad", "token-number-2");
    for (int i = 0; i < 50; i++) {
      push("hung" + i, "missed_call");
    }
    push("n1", "incoming_call", "pad");
    Await.until(() -> node.counted("incoming_call", "sent") == 1);
    Await.until(() -> redis.send("ZCARD", "push:retries").toInteger() == 50);
  }

  @Test
  void topicsHaveMembersAndAreSentTo() {
    TopicMembers topics = node.role.topics(PushApps.DEFAULT).orElseThrow();
    var changed = Await.await(topics.subscribe("news", List.of("token-number-1", "gone-number-1")));
    assertThat(changed.succeeded()).isEqualTo(1);
    assertThat(changed.errors()).hasSize(1);
    assertThat(fcm.topicChanges().getFirst().getString("to")).isEqualTo("/topics/news");
    Await.await(topics.unsubscribe("news", List.of("token-number-1")));
    assertThat(fcm.topicChanges().getLast().getString("path")).isEqualTo("/iid/v1:batchRemove");
    PushOrder order =
        new PushOrder(
            new JsonObject()
                .put("title", "T")
                .put("body", "B")
                .put("data", new JsonObject().put("n", 5).put("list", new JsonArray().add(1))),
            Duration.ofMinutes(5),
            "key-1");
    JsonObject answer =
        node.withRedis(link -> new PushQueue(link, clock).toTopic(order, "news", PushApps.DEFAULT));
    JsonObject again =
        node.withRedis(link -> new PushQueue(link, clock).toTopic(order, "news", PushApps.DEFAULT));
    assertThat(again).isEqualTo(answer);
    assertThat(answer.getInteger("queued")).isEqualTo(1);
    untilDone();
    assertThat(fcm.received()).hasSize(1);
    JsonObject message = fcm.received().getFirst();
    assertThat(message.getString("topic")).isEqualTo("news");
    assertThat(message.getJsonObject("data").getMap())
        .containsEntry("title", "T")
        .containsEntry("n", "5")
        .containsEntry("list", "[1]");
    assertThat(device(answer.getString("notification_id")).getString("type"))
        .isEqualTo("fcm_topic");
  }

  @Test
  void operatorChangesTheMembersOfATopic() {
    JsonObject tokens =
        new JsonObject().put("tokens", new JsonArray().add("token-number-1").add("gone-number-1"));
    var answer =
        node.request(
            HttpMethod.POST, "/api/v1/push/topics/news/subscribe", PushNode.OPERATOR, tokens);
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonObject changed = answer.bodyAsJsonObject();
    assertThat(changed.getInteger("success_count")).isEqualTo(1);
    assertThat(changed.getInteger("failure_count")).isEqualTo(1);
    assertThat(changed.getJsonArray("errors").getJsonObject(0).getInteger("index")).isEqualTo(1);
  }
}
