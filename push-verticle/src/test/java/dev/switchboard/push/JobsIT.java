package dev.switchboard.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class JobsIT {
  private static final String FCM = "fcm-registration-1";
  private static final JsonObject RING = new JsonObject().put("callId", "c1");

  private final String database = RealPostgres.newDatabase();
  private RedisProbe redis;

  @BeforeEach
  void start() {
    RealRedis.flush();
    redis = new RedisProbe();
  }

  @AfterEach
  void stop() {
    RealRedis.start();
    RealPostgres.start();
    redis.close();
  }

  private static long soon() {
    return System.currentTimeMillis() + 30_000;
  }

  private void untilDone() {
    Await.until(() -> redis.length(PushJobs.JOBS) == 0);
  }

  private static double counted(PushNode node, String cause, String status) {
    return node
        .meters
        .find("push.notifications.sent")
        .tags("cause", cause, "status", status)
        .counters()
        .stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  @Test
  void jobGoesToTheNamedDeviceOnceAndLeavesTheQueue() {
    RecordingSender sender = new RecordingSender(false);
    try (PushNode node = new PushNode("a", database, sender)) {
      redis.register("ann", "phone", "fcm", FCM, 1);
      redis.register("ann", "pad", "fcm", FCM + "2", 1);
      redis.job("n1", "missed_call", "ann", RING, soon());
      untilDone();
      assertThat(sender.sent).containsExactly("n1 fcm|phone");
      assertThat(counted(node, "missed_call", "sent")).isEqualTo(1);
      assertThat(node.meters.find("push.notification.duration").timer().count()).isEqualTo(1);
      Await.until(
          () -> node.meters.find("push.subscriptions.active").tag("type", "fcm").gauge() != null);
    }
  }

  @Test
  void whatIsNoLongerWorthSendingIsDropped() {
    RecordingSender sender = new RecordingSender(false);
    try (PushNode node = new PushNode("a", database, sender)) {
      redis.register("ann", "phone", "fcm", FCM, 1);
      redis.job("late", "missed_call", "ann", RING, System.currentTimeMillis() - 1);
      redis.job("gone", "incoming_call", "ann", RING, soon());
      redis.send("HSET", "call:c2", "state", "accepted");
      redis.job("answered", "incoming_call", "ann", new JsonObject().put("callId", "c2"), soon());
      redis.job("nobody", "missed_call", "eve", RING, soon());
      redis.add(PushJobs.JOBS, Map.of("id", "x"));
      redis.send("HSET", "call:c1-live", "state", "ringing");
      redis.job("live", "incoming_call", "ann", new JsonObject().put("callId", "c1-live"), soon());
      untilDone();
      assertThat(sender.sent).containsExactly("live fcm|phone");
      assertThat(counted(node, "missed_call", "expired")).isEqualTo(1);
      assertThat(counted(node, "incoming_call", "dropped")).isEqualTo(2);
    }
  }

  @Test
  void survivorTakesOverWhatAVanishedNodeHadInHand() {
    RecordingSender hanging = new RecordingSender(true);
    RecordingSender survivor = new RecordingSender(false);
    PushNode first = new PushNode("a", database, hanging);
    redis.register("ann", "phone", "fcm", FCM, 1);
    Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
    redis.job("n1", "missed_call", "ann", RING, soon());
    Await.until(() -> !hanging.sent.isEmpty());
    first.vanish();
    try (PushNode second = new PushNode("b", database, survivor)) {
      untilDone();
      assertThat(survivor.sent).containsExactly("n1 fcm|phone");
      assertThat(second.role.health().containsKey("degraded")).isFalse();
    }
    first.close();
  }

  @Test
  void twoNodesShareTheQueueAndNoJobIsDoneTwice() {
    RecordingSender one = new RecordingSender(false);
    RecordingSender two = new RecordingSender(false);
    try (PushNode first = new PushNode("a", database, one);
        PushNode second = new PushNode("b", database, two)) {
      redis.register("ann", "phone", "fcm", FCM, 1);
      Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
      for (int i = 0; i < 200; i++) {
        redis.job("n" + i, "missed_call", "ann", RING, soon());
      }
      untilDone();
      assertThat(one.sent.size() + two.sent.size()).isEqualTo(200);
      assertThat(counted(first, "missed_call", "sent") + counted(second, "missed_call", "sent"))
          .isEqualTo(200);
    }
  }

  @Test
  void jobThatGotNoVerdictIsTriedAgain() {
    RecordingSender sender = new RecordingSender(false).failing(1);
    try (PushNode node = new PushNode("a", database, sender)) {
      redis.register("ann", "phone", "fcm", FCM, 1);
      redis.job("n1", "missed_call", "ann", RING, soon());
      untilDone();
      assertThat(sender.sent).containsExactly("n1 fcm|phone", "n1 fcm|phone");
      assertThat(counted(node, "missed_call", "sent")).isEqualTo(1);
    }
  }

  @Test
  void jobsWaitForPostgresAndForRedis() {
    RecordingSender sender = new RecordingSender(false);
    try (PushNode node = new PushNode("a", database, sender)) {
      redis.register("ann", "phone", "fcm", FCM, 1);
      Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
      RealPostgres.stop();
      redis.job("n1", "missed_call", "ann", RING, soon());
      Await.until(() -> redis.send("XPENDING", PushJobs.JOBS, "push").get(0).toInteger() == 1);
      RealPostgres.start();
      untilDone();
      RealRedis.stop();
      RealRedis.start();
      Await.until(this::isUp);
      redis.job("n2", "missed_call", "ann", RING, soon());
      untilDone();
      assertThat(sender.sent).contains("n1 fcm|phone", "n2 fcm|phone");
      assertThat(counted(node, "missed_call", "sent")).isGreaterThanOrEqualTo(2);
    }
  }

  private boolean isUp() {
    try {
      return redis.length(PushJobs.JOBS) >= 0;
    } catch (RuntimeException e) {
      return false;
    }
  }

  @Test
  void announcesWhatItCanDeliverUnlessPushIsOff() {
    RecordingSender sender = new RecordingSender(false);
    try (PushNode off = new PushNode("a", database, sender, Map.of("PUSH_ENABLED", "off"))) {
      redis.register("ann", "phone", "fcm", FCM, 1);
      redis.job("n1", "missed_call", "ann", RING, soon());
      untilDone();
      assertThat(redis.send("EXISTS", PushJobs.PROVIDERS).toInteger()).isZero();
      assertThat(counted(off, "missed_call", "dropped")).isEqualTo(1);
    }
    try (PushNode on = new PushNode("b", database, sender)) {
      Await.until(() -> redis.send("SCARD", PushJobs.PROVIDERS).toInteger() == 4);
      assertThat(redis.send("TTL", PushJobs.PROVIDERS).toInteger()).isBetween(1, 60);
      RealRedis.flush();
      Await.until(() -> redis.send("SCARD", PushJobs.PROVIDERS).toInteger() == 4);
      assertThat(on.role.features().getBoolean("fcm")).isFalse();
    }
    assertThat(sender.sent).isEmpty();
  }
}
