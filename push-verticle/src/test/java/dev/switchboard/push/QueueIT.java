package dev.switchboard.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.queue.DeadLetters;
import dev.switchboard.push.queue.Notifications;
import dev.switchboard.push.queue.PushOrder;
import dev.switchboard.push.queue.PushQueue;
import dev.switchboard.push.send.Outcome;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class QueueIT extends PushTest {
  private static final String FCM = "fcm-registration-1";
  private static final JsonObject RING = new JsonObject().put("callId", "c1");
  private static final JsonObject TO_ANN =
      new JsonObject().put("user_id", "ann").put("title", "T").put("body", "B");
  private static final PushOrder ORDER = new PushOrder(TO_ANN, Duration.ofHours(1), null);

  @AfterEach
  void stop() {
    RealRedis.start();
    RealPostgres.start();
  }

  private static long soon() {
    return System.currentTimeMillis() + 3_600_000;
  }

  private JsonObject status(PushNode node, String id) {
    return node.withRedis(link -> new Notifications(link).find(id)).orElseThrow();
  }

  private JsonObject device(PushNode node, String id) {
    return status(node, id).getJsonArray("devices").getJsonObject(0);
  }

  private void assertDevice(PushNode node, String id, Object... members) {
    Map<String, Object> device = device(node, id).getMap();
    for (int i = 0; i < members.length; i += 2) {
      assertThat(device).containsEntry((String) members[i], members[i + 1]);
    }
  }

  @Test
  void jobGoesToTheNamedDeviceOnceAndLeavesTheQueue() {
    RecordingSender sender = new RecordingSender(false);
    try (PushNode node = node("a", sender)) {
      redis.register("ann", "phone", "fcm", FCM, clock.millis());
      redis.register("ann", "pad", "fcm", FCM + "2", clock.millis());
      redis.job("n1", "missed_call", "ann", RING, soon());
      untilDone();
      assertThat(sender.sent).containsExactly("n1 fcm|phone");
      Await.until(() -> node.counted("missed_call", "sent") == 1);
      assertThat(node.meters.find("push.notification.duration").timer().count()).isEqualTo(1);
      assertDevice(node, "n1", "status", "sent", "type", "fcm", "attempts", 1, "provider_id", "x");
      Await.until(
          () ->
              node.meters.get("push.subscriptions.active").tag("type", "fcm").gauge().value() == 2);
      assertThat(
              node.meters.get("push.subscriptions.active").tag("type", "webpush").gauge().value())
          .isZero();
    }
  }

  @Test
  void jobThatRedisRefusesHoldsUpNoneOfThoseItIsTakenWith() {
    RecordingSender sender = new RecordingSender(false);
    try (PushNode _ = node("a", sender)) {
      redis.register("ann", "phone", "fcm", FCM, clock.millis());
      Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
    }
    redis.send("SET", "push:notification:odd", "not a hash");
    redis.job("n1", "missed_call", "ann", RING, soon());
    redis.job("odd", "missed_call", "ann", RING, soon());
    redis.job("n2", "missed_call", "ann", RING, soon());
    try (PushNode node = node("b", sender)) {
      Await.until(() -> redis.queued() == 1, 20);
      assertThat(sender.sent).containsExactlyInAnyOrder("n1 fcm|phone", "n2 fcm|phone");
      redis.send("DEL", "push:notification:odd");
      untilDone();
      assertThat(sender.sent).hasSize(3).last().isEqualTo("odd fcm|phone");
      Await.until(() -> node.counted("missed_call", "sent") == 3);
    }
  }

  @Test
  void whatIsNoLongerWorthSendingIsDropped() {
    RecordingSender sender = new RecordingSender(false);
    try (PushNode node = node("a", sender)) {
      redis.register("ann", "phone", "fcm", FCM, clock.millis());
      redis.job("late", "missed_call", "ann", RING, clock.millis() - 1);
      redis.job("gone", "incoming_call", "ann", RING, soon());
      redis.send("HSET", "call:c2", "state", "accepted");
      redis.job("answered", "incoming_call", "ann", new JsonObject().put("callId", "c2"), soon());
      redis.job("nobody", "missed_call", "eve", RING, soon());
      redis.add(PushJobs.JOBS, Map.of("id", "x"));
      redis.send("HSET", "call:c1-live", "state", "ringing");
      redis.job("live", "incoming_call", "ann", new JsonObject().put("callId", "c1-live"), soon());
      untilDone();
      assertThat(sender.sent).containsExactly("live fcm|phone");
      Await.until(() -> node.counted("missed_call", "expired") == 1);
      Await.until(() -> node.counted("incoming_call", "dropped") == 2);
      assertThat(status(node, "answered").getString("reason")).isEqualTo("call_over");
      assertThat(node.meters.find("push.ring.delivery").timer().count()).isEqualTo(1);
    }
  }

  @Test
  void retriesAreUsedUpAndTheDeadLetterIsReplayed() {
    RecordingSender sender = new RecordingSender(false).failing();
    try (PushNode node = node("a", sender)) {
      redis.register("ann", "phone", "fcm", FCM, clock.millis());
      redis.job("n1", "missed_call", "ann", RING, soon());
      for (int attempts = 1; attempts < 4; attempts++) {
        int made = attempts;
        Await.until(
            () ->
                sender.sent.size() == made && redis.send("ZCARD", "push:retries").toInteger() == 1);
        assertThat(device(node, "n1").getString("status")).isEqualTo("queued");
        clock.advance(Duration.ofMinutes(2));
      }
      untilDone();
      assertThat(sender.sent).hasSize(4);
      Await.until(() -> node.counted("missed_call", "dead") == 1);
      Await.until(() -> node.meters.find("push.retries").counter().count() == 3);
      Await.until(() -> node.meters.find("push.dead.letters").counter().count() == 1);
      assertDevice(node, "n1", "status", "dead", "attempts", 4);
      JsonArray letters = node.withRedis(link -> new DeadLetters(link, clock).list(10));
      assertThat(letters).hasSize(1);
      assertThat(letters.getJsonObject(0).getString("notification_id")).isEqualTo("n1");
      sender.answering(new Outcome.Accepted("late"));
      List<String> ids = List.of(letters.getJsonObject(0).getString("id"), "nonsense", "1-1");
      int replayed = node.withRedis(link -> new DeadLetters(link, clock).replay(ids));
      assertThat(replayed).isEqualTo(1);
      Await.until(() -> device(node, "n1").getString("status").equals("sent"));
      assertThat(status(node, "n1").getJsonObject("counts").getMap()).containsOnlyKeys("sent");
      int left = node.withRedis(link -> new DeadLetters(link, clock).replayAll());
      assertThat(left).isZero();
    }
  }

  @Test
  void whatIsForAUserDoesNotGoToWhoHasItsDeviceNow() {
    RecordingSender sender = new RecordingSender(false).failing();
    try (PushNode node = node("a", sender)) {
      redis.register("ann", "phone", "fcm", FCM, clock.millis());
      Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
      redis.job("n1", "missed_call", "ann", RING, soon());
      String toUser =
          node.request(HttpMethod.POST, "/api/v1/push/send", PushNode.OPERATOR, TO_ANN)
              .bodyAsJsonObject()
              .getString("notification_id");
      Await.until(() -> redis.send("ZCARD", "push:retries").toInteger() == 2);
      clock.advance(Duration.ofSeconds(1));
      redis.register("eve", "phone", "fcm", FCM, clock.millis());
      Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
      clock.advance(Duration.ofMinutes(2));
      untilDone();
      assertDevice(node, "n1", "status", "dropped", "reason", "no_device");
      assertDevice(node, toUser, "status", "dropped", "reason", "no_device");
      assertThat(sender.sent).hasSize(2);
    }
  }

  @Test
  void deadLettersOfAnErasedUserGo() {
    RecordingSender sender = new RecordingSender(false).failing();
    try (PushNode node = node("a", sender)) {
      redis.register("ann", "phone", "fcm", FCM, clock.millis());
      redis.register("eve", "phone", "fcm", FCM + "2", clock.millis());
      Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
      redis.job("n1", "missed_call", "ann", RING, soon());
      redis.job("n2", "missed_call", "eve", RING, soon());
      Await.until(
          () -> {
            clock.advance(Duration.ofSeconds(10));
            return redis.send("XLEN", "push:dead").toInteger() == 2;
          },
          20);
      node.withRedis(link -> new DeadLetters(link, clock).erase("ann"));
      JsonArray left = node.withRedis(link -> new DeadLetters(link, clock).list(10));
      assertThat(left).hasSize(1);
      assertThat(left.getJsonObject(0).getString("notification_id")).isEqualTo("n2");
    }
  }

  @Test
  void refusalIsFailedAtOnce() {
    RecordingSender sender = new RecordingSender(false).answering(new Outcome.Rejected("no"));
    try (PushNode node = node("a", sender)) {
      redis.register("ann", "phone", "fcm", FCM, clock.millis());
      redis.job("n1", "missed_call", "ann", RING, soon());
      untilDone();
      assertThat(sender.sent).hasSize(1);
      assertDevice(node, "n1", "status", "failed", "reason", "no");
      Await.until(() -> node.counted("missed_call", "failed") == 1);
    }
  }

  @Test
  void retryAfterIsHonouredAndARingThatItOutlastsExpires() {
    RecordingSender sender =
        new RecordingSender(false)
            .answering(new Outcome.Unavailable("429", Duration.ofSeconds(90)));
    try (PushNode node = node("a", sender)) {
      redis.register("ann", "phone", "fcm", FCM, clock.millis());
      redis.send("HSET", "call:c1", "state", "ringing");
      redis.job("ring", "incoming_call", "ann", RING, clock.millis() + 45_000);
      redis.job("n1", "missed_call", "ann", RING, soon());
      Await.until(() -> redis.send("ZCARD", "push:retries").toInteger() == 1);
      double at = redis.retryAt();
      assertThat(at).isEqualTo(clock.millis() + 90_000);
      Await.until(() -> node.counted("incoming_call", "expired") == 1);
      assertThat(device(node, "ring").getString("reason")).isEqualTo("429");
    }
  }

  @Test
  void ringIsNotTriedAgainOnceItsCallIsOver() {
    RecordingSender sender = new RecordingSender(false).failing();
    try (PushNode node = node("a", sender)) {
      redis.register("ann", "phone", "apns", "ab".repeat(32), clock.millis());
      redis.send("HSET", "call:c1", "state", "ringing");
      redis.job("ring", "incoming_call", "ann", RING, soon(), "apns|phone");
      Await.until(() -> redis.send("ZCARD", "push:retries").toInteger() == 1);
      redis.send("HSET", "call:c1", "state", "timeout");
      clock.advance(Duration.ofSeconds(10));
      untilDone();
      assertThat(sender.sent).hasSize(1);
      assertThat(device(node, "ring").getString("status")).isEqualTo("dropped");
    }
  }

  @Test
  void presenceGoesToThePersonOfARoomWhileItLasts() {
    RecordingSender sender = new RecordingSender(false);
    try (PushNode node = node("a", sender)) {
      Await.await(
          node.postgres
              .query(
                  "INSERT INTO rooms VALUES ('r1', 'j1', 'ann', NULL, NULL, 'bob', 'bobs-token',"
                      + " 'android', now(), now() + interval '1 day')")
              .execute());
      redis.presence("p1", "r1", "client2", "[[\"room:members:r1\",\"bob\"]]");
      redis.presence("p2", "r1", "client1", "");
      redis.presence("p3", "gone", "client2", "");
      untilDone();
      assertThat(sender.sent).containsExactly("p1 fcm:room:r1:client2");
      redis.send("HSET", "room:members:r1", "bob", "socket");
      redis.presence("p4", "r1", "client2", "[[\"room:members:r1\",\"bob\"]]");
      untilDone();
      assertThat(sender.sent).hasSize(1);
      Await.until(() -> node.counted("presence", "dropped") == 3);
      sender.answering(new Outcome.Gone("UNREGISTERED", clock.instant(), Outcome.Kind.CERTAIN));
      redis.presence("p5", "r1", "client2", "");
      Await.until(() -> node.meters.find("push.tokens.removed").counter().count() == 1);
      assertThat(
              Await.await(
                  node.postgres.query("SELECT 1 FROM rooms WHERE client2_token IS NULL").execute()))
          .hasSize(1);
    }
  }

  @Test
  void twoNodesShareTheQueueAndNoJobIsDoneTwice() {
    RecordingSender one = new RecordingSender(false);
    RecordingSender two = new RecordingSender(false);
    try (PushNode first = node("a", one);
        PushNode second = node("b", two)) {
      redis.register("ann", "phone", "fcm", FCM, clock.millis());
      Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
      for (int i = 0; i < 200; i++) {
        redis.job("n" + i, "missed_call", "ann", RING, soon());
      }
      untilDone();
      assertThat(one.sent.size() + two.sent.size()).isEqualTo(200);
      Await.until(
          () ->
              first.counted("missed_call", "sent") + second.counted("missed_call", "sent") == 200);
    }
  }

  @Test
  void thousandJobsOfAKilledNodeAllArrive() {
    RecordingSender hanging = new RecordingSender(true);
    RecordingSender survivor = new RecordingSender(false);
    try (PushNode first = node("a", hanging)) {
      redis.register("ann", "phone", "fcm", FCM, clock.millis());
      redis.send("HSET", "call:c1", "state", "ringing");
      Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
      for (int i = 0; i < 500; i++) {
        redis.job("ring" + i, "incoming_call", "ann", RING, soon());
        redis.job("missed" + i, "missed_call", "ann", RING, soon());
      }
      Await.until(() -> hanging.sent.size() >= 500, 20);
      first.vanish();
      try (PushNode second = node("b", survivor)) {
        Await.until(
            () -> {
              // what the first node has put off waits for its time
              clock.advance(Duration.ofMillis(50));
              return Set.copyOf(survivor.sent).size() == 1_000;
            },
            40);
        untilDone();
        assertThat(second.role.health().containsKey("degraded")).isFalse();
      }
    }
  }

  @Test
  void jobsWaitForPostgresAndForRedis() {
    RecordingSender sender = new RecordingSender(false);
    try (PushNode node = node("a", sender)) {
      redis.register("ann", "phone", "fcm", FCM, clock.millis());
      Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
      RealPostgres.stop();
      redis.job("n1", "missed_call", "ann", RING, soon());
      Await.until(() -> redis.pending(PushJobs.JOBS) == 1);
      RealRedis.stop();
      RealRedis.start();
      RealPostgres.start();
      Await.until(this::isUp);
      redis.job("n2", "missed_call", "ann", RING, soon());
      untilDone();
      assertThat(sender.sent).contains("n1 fcm|phone", "n2 fcm|phone");
      Await.until(() -> node.counted("missed_call", "sent") >= 2);
    }
  }

  private boolean isUp() {
    try {
      return redis.length(PushJobs.JOBS) >= 0;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private void assertDropped(PushNode node, String id, String reason, int devices) {
    JsonObject status = status(node, id);
    assertThat(status.getString("reason")).isEqualTo(reason);
    assertThat(status.getJsonObject("counts")).isEqualTo(new JsonObject().put("dropped", devices));
    assertThat(status.getJsonArray("devices"))
        .hasSize(devices)
        .allSatisfy(
            device ->
                assertThat(((JsonObject) device).getMap())
                    .containsEntry("status", "dropped")
                    .containsEntry("reason", reason));
  }

  private void registerTwo() {
    redis.register("ann", "phone", "fcm", FCM, clock.millis());
    redis.register("ann", "pad", "fcm", FCM + "2", clock.millis());
    Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
  }

  @Test
  void eachDeviceOfARingThatIsOverIsDropped() {
    RecordingSender sender = new RecordingSender(false);
    try (PushNode node = node("a", sender)) {
      registerTwo();
      redis.job("ring", "incoming_call", "ann", RING, soon(), "fcm|phone", "fcm|pad");
      untilDone();
      assertDropped(node, "ring", "call_over", 2);
      Await.until(() -> node.counted("incoming_call", "dropped") == 2);
      assertThat(sender.sent).isEmpty();
    }
  }

  @Test
  void withPushOffEachDeviceIsDropped() {
    RecordingSender sender = new RecordingSender(false);
    try (PushNode off = node("a", sender, Map.of("PUSH_ENABLED", "off"))) {
      registerTwo();
      String toAll =
          off.withRedis(link -> new PushQueue(link, clock).toEveryone(ORDER, true, null, 2))
              .getString("notification_id");
      String toUser =
          off.request(HttpMethod.POST, "/api/v1/push/send", PushNode.OPERATOR, TO_ANN)
              .bodyAsJsonObject()
              .getString("notification_id");
      redis.job("n1", "missed_call", "ann", RING, soon());
      untilDone();
      assertDropped(off, toAll, "push_off", 2);
      assertDropped(off, toUser, "push_off", 2);
      assertDropped(off, "n1", "push_off", 1);
      Await.until(() -> off.counted("custom", "dropped") == 4);
      assertThat(sender.sent).isEmpty();
    }
  }

  @Test
  void announcesWhatItCanDeliverUnlessPushIsOff() {
    RecordingSender sender = new RecordingSender(false);
    try (PushNode off = new PushNode("a", database, sender, Map.of("PUSH_ENABLED", "off"))) {
      redis.register("ann", "phone", "fcm", FCM, clock.millis());
      redis.job("n1", "missed_call", "ann", RING, soon());
      untilDone();
      assertThat(redis.send("EXISTS", PushJobs.PROVIDERS).toInteger()).isZero();
      Await.until(() -> off.counted("missed_call", "dropped") == 1);
    }
    try (PushNode on = new PushNode("b", database, sender)) {
      Await.until(() -> redis.send("SCARD", PushJobs.PROVIDERS).toInteger() == 4);
      assertThat(redis.send("TTL", PushJobs.PROVIDERS).toInteger()).isBetween(1, 60);
      RealRedis.flush();
      Await.until(() -> redis.send("SCARD", PushJobs.PROVIDERS).toInteger() == 4);
      assertThat(on.role.features().getBoolean("fcm")).isFalse();
    }
    assertThat(redis.send("EXISTS", PushJobs.PROVIDERS).toInteger()).isZero();
    assertThat(sender.sent).isEmpty();
  }
}
