package dev.switchboard.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.eatthepath.pushy.apns.server.RejectionReason;
import dev.switchboard.push.testing.ApnsPeer;
import dev.switchboard.push.webpush.TestCertificate;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.FreezingProxy;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ApnsIT extends PushTest {
  private static final String PHONE = "ab".repeat(32);
  private static final String VOIP = "cd".repeat(32);
  private static final JsonObject CALL =
      new JsonObject()
          .put("type", "incoming_call")
          .put("callId", "c1")
          .put("callerId", "bob")
          .put("callerName", "Bob")
          .put("callerAvatar", "")
          .put("callType", "video")
          .put("timestamp", "1")
          .put("ringUntil", "2");

  private final ApnsPeer apns = new ApnsPeer(RealRedis.freePort());
  private PushNode node;

  @BeforeEach
  void start() {
    node = node("a", new RecordingSender(false), apns.settings());
    redis.send("HSET", "call:c1", "state", "ringing");
  }

  @AfterEach
  void stop() {
    node.close();
    apns.close();
  }

  private long soon() {
    return clock.millis() + 40_000;
  }

  private void register(String device, String type, String token) {
    redis.register("ann", device, type, token, clock.millis());
    Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
  }

  private ApnsPeer.Received push(String id, String cause, String device) {
    int before = apns.received().size();
    redis.job(id, cause, "ann", CALL, soon(), device);
    Await.until(() -> apns.received().size() > before);
    return apns.received().getLast();
  }

  @Test
  void ringIsAVoipPushThatLivesForNoLongerThanItsConnection() {
    register("phone", "apns_voip", VOIP);
    ApnsPeer.Received ring = push("n1", "incoming_call", "apns_voip|phone");
    assertThat(ring.token()).isEqualTo(VOIP);
    assertThat(ring.headers())
        .containsEntry("apns-push-type", "voip")
        .containsEntry("apns-topic", ApnsPeer.BUNDLE + ".voip")
        .containsEntry("apns-expiration", "0")
        .containsEntry("apns-priority", "10")
        .containsKey("apns-id")
        .doesNotContainKey("apns-collapse-id");
    assertThat(ring.payload().getMap())
        .containsEntry("callId", "c1")
        .containsEntry("callerName", "Bob")
        .containsEntry("callType", "video")
        .containsEntry("ringUntil", "2")
        .containsKeys("sentAt", "timestamp", "aps")
        .doesNotContainKey("url");
    untilDone();
    Await.until(() -> node.counted("incoming_call", "sent") == 1);
  }

  @Test
  void withoutAVoipTokenARingIsAnAlertAndItsEndTakesItsPlace() {
    register("phone", "apns", PHONE);
    ApnsPeer.Received ring = push("n1", "incoming_call", "apns|phone");
    assertThat(ring.headers())
        .containsEntry("apns-push-type", "alert")
        .containsEntry("apns-topic", ApnsPeer.BUNDLE)
        .containsEntry("apns-collapse-id", "c1");
    assertThat(ring.payload().getJsonObject("aps")).isEqualTo(ApnsPeer.apsOfBobsRing());
    ApnsPeer.Received over = push("n2", "call_cancelled", "apns|phone");
    assertThat(over.headers())
        .containsEntry("apns-push-type", "background")
        .containsEntry("apns-priority", "5")
        .containsEntry("apns-collapse-id", "c1");
    assertThat(over.payload().getJsonObject("aps"))
        .isEqualTo(new JsonObject().put("content-available", 1));
    ApnsPeer.Received missed = push("n3", "missed_call", "apns|phone");
    assertThat(missed.payload().getJsonObject("aps").getJsonObject("alert").getString("body"))
        .contains("Bob");
  }

  @Test
  void presenceIsAnAlertForFiveMinutesCollapsedPerRoom() {
    Await.await(
        node.postgres
            .query(
                "INSERT INTO rooms VALUES ('r1', 'j1', 'ann', NULL, NULL, 'bob', '"
                    + PHONE
                    + "', 'ios', now(), now() + interval '1 day')")
            .execute());
    redis.presence("p1", "r1", "client2", "");
    Await.until(() -> !apns.received().isEmpty());
    ApnsPeer.Received push = apns.received().getFirst();
    assertThat(push.headers())
        .containsEntry("apns-push-type", "alert")
        .containsEntry("apns-priority", "10")
        .containsEntry("apns-collapse-id", "room-r1");
    assertThat(push.payload())
        .isEqualTo(
            new JsonObject()
                .put("roomId", "r1")
                .put("type", "presence")
                .put(
                    "aps",
                    new JsonObject()
                        .put("alert", "Your chat partner is waiting")
                        .put("badge", 1)
                        .put("sound", "default")
                        .put("mutable-content", 1)));
  }

  @Test
  void goneTokenIsRemovedAndADoubtfulOneOnlyIfOthersAreAccepted() {
    register("phone", "apns", PHONE);
    register("pad", "apns", "ef".repeat(32));
    apns.refuse(PHONE, RejectionReason.BAD_DEVICE_TOKEN);
    push("n1", "missed_call", "apns|phone");
    Await.until(() -> node.meters.find("push.tokens.quarantined").counter().count() == 1);
    redis.job("n2", "missed_call", "ann", CALL, soon(), "apns|phone");
    untilDone();
    Await.until(() -> node.counted("missed_call", "dropped") == 1);
    push("n3", "missed_call", "apns|pad");
    Await.until(
        () -> redis.send("EXISTS", "push:accepted:apns:" + ApnsPeer.BUNDLE).toInteger() == 1);
    clock.advance(Duration.ofMinutes(61));
    push("n4", "missed_call", "apns|phone");
    Await.until(() -> redis.reach("ann").equals(Set.of("apns|pad")));
    Await.until(() -> node.meters.find("push.tokens.removed").counter().count() == 1);
    apns.refuse("ef".repeat(32), RejectionReason.UNREGISTERED);
    push("n5", "missed_call", "apns|pad");
    Await.until(() -> redis.reach("ann").isEmpty());
  }

  @Test
  void otherRefusalsFailAndRemoveNothing() {
    register("phone", "apns", PHONE);
    apns.refuse(PHONE, RejectionReason.TOPIC_DISALLOWED);
    push("n1", "missed_call", "apns|phone");
    untilDone();
    Await.until(() -> node.counted("missed_call", "failed") == 1);
    assertThat(redis.reach("ann")).containsExactly("apns|phone");
  }

  @Test
  void throttledPushIsSentAgainUnderTheSameIdentity() {
    register("phone", "apns", PHONE);
    apns.refuse(PHONE, RejectionReason.TOO_MANY_REQUESTS);
    ApnsPeer.Received first = push("n1", "missed_call", "apns|phone");
    Await.until(() -> redis.send("ZCARD", "push:retries").toInteger() == 1);
    apns.accept(PHONE);
    clock.advance(Duration.ofSeconds(3));
    untilDone();
    assertThat(apns.received()).hasSize(2);
    assertThat(apns.received().getLast().headers().get("apns-id"))
        .isEqualTo(first.headers().get("apns-id"));
    Await.until(() -> node.counted("missed_call", "sent") == 1);
  }

  @Test
  void ringIsDeliveredSoonAfterApnsIsBack() {
    register("phone", "apns_voip", VOIP);
    push("n0", "incoming_call", "apns_voip|phone");
    apns.stop();
    redis.job("n1", "incoming_call", "ann", CALL, soon(), "apns_voip|phone");
    Await.until(() -> redis.send("ZCARD", "push:retries").toInteger() == 1);
    apns.restart();
    Await.until(
        () -> {
          clock.advance(Duration.ofMillis(100));
          return apns.received().size() == 2;
        },
        20);
    assertThat(apns.received().getLast().token()).isEqualTo(VOIP);
  }

  @Test
  void ringThatAVoipTokenCanNotTakeGoesToTheAlertToken() {
    register("phone", "apns", PHONE);
    register("phone", "apns_voip", VOIP);
    apns.refuse(VOIP, RejectionReason.UNREGISTERED);
    redis.job("n1", "incoming_call", "ann", CALL, soon(), "apns_voip|phone");
    Await.until(() -> apns.received().size() == 2);
    assertThat(apns.received().stream().map(ApnsPeer.Received::token)).containsExactly(VOIP, PHONE);
    assertThat(apns.received().getLast().headers()).containsEntry("apns-push-type", "alert");
    Await.until(() -> redis.reach("ann").equals(Set.of("apns|phone")));
  }

  @Test
  void certificateIsUsedInPlaceOfAKey(@TempDir Path folder) throws IOException {
    TestCertificate certificate = TestCertificate.make(folder, "dns:push.test");
    Files.setPosixFilePermissions(
        certificate.store(), PosixFilePermissions.fromString("rw-------"));
    node.close();
    Map<String, String> settings =
        apns.certificateSettings(certificate.store(), TestCertificate.PASSWORD);
    node = new PushNode("b", database, new RecordingSender(false), settings, clock);
    register("phone", "apns", PHONE);
    ApnsPeer.Received missed = push("n1", "missed_call", "apns|phone");
    assertThat(missed.headers()).doesNotContainKey("authorization");
    Await.until(() -> node.counted("missed_call", "sent") == 1);
    Map<String, String> wrong = apns.certificateSettings(certificate.store(), "wrong");
    assertThatThrownBy(() -> new PushNode("c", database, new RecordingSender(false), wrong))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("APNS_CERT_PASSWORD")
        .hasMessageNotContaining("wrong");
  }

  @Test
  void whatAHungConnectionHoldsGoesOverAnother() {
    try (FreezingProxy proxy = new FreezingProxy(apns.port())) {
      startBehind(proxy);
      // both of its connections are in use before they freeze
      push("warm1", "missed_call", "apns|phone");
      push("warm2", "missed_call", "apns|phone");
      proxy.freeze();
      long deadline = clock.millis() + 3_600_000;
      for (int i = 0; i < 8; i++) {
        redis.job("n" + i, "missed_call", "ann", CALL, deadline, "apns|phone");
      }
      // on a quiet machine within the first attempt; on a busy one the fresh connection may come
      // too late for that, and the back-off of another attempt has to pass
      Await.until(
          () -> {
            clock.advance(Duration.ofMillis(10));
            return node.counted("missed_call", "sent") == 10;
          },
          30);
    }
  }

  private void startBehind(FreezingProxy proxy) {
    node.close();
    Map<String, String> settings = new HashMap<>(apns.settings());
    settings.put("APNS_SERVER", "localhost:" + proxy.port());
    node = new PushNode("b", database, new RecordingSender(false), settings, clock);
    register("phone", "apns", PHONE);
  }

  private void endCall() {
    redis.send("HSET", "call:c1", "state", "ended");
    redis.job("n2", "call_cancelled", "ann", CALL, soon(), "apns|phone");
  }

  private void assertOnlyTheEndIsSent(int before) {
    untilDone();
    Await.until(() -> node.counted("incoming_call", "dropped") == 1);
    assertThat(apns.received()).hasSize(before + 1);
    assertThat(apns.received().getLast().headers()).containsEntry("apns-push-type", "background");
  }

  @Test
  void ringOnAHungConnectionIsNotSentAgainWhenItsCallIsOver() {
    try (FreezingProxy proxy = new FreezingProxy(apns.port())) {
      startBehind(proxy);
      // both of its connections are in use before they freeze
      push("warm1", "missed_call", "apns|phone");
      push("warm2", "missed_call", "apns|phone");
      proxy.freeze();
      redis.job("n1", "incoming_call", "ann", CALL, soon(), "apns|phone");
      Await.until(() -> redis.send("HEXISTS", "push:notification:n1", "receipts").toInteger() == 1);
      untilLookIsOld();
      endCall();
      assertOnlyTheEndIsSent(2);
    }
  }

  @Test
  void ringThatWaitsForAConnectionIsNotSentWhenItsCallIsOver() {
    Promise<Void> through = Promise.promise();
    try (FreezingProxy proxy = new FreezingProxy(apns.port())) {
      proxy.holdUntil(through.future());
      startBehind(proxy);
      redis.job("n1", "incoming_call", "ann", CALL, soon(), "apns|phone");
      Await.until(() -> proxy.asked() == 1);
      endCall();
      untilLookIsOld();
      through.complete();
      assertOnlyTheEndIsSent(0);
    }
  }

  @Test
  void keyThatOthersMayReadIsRefusedByAStrictStart() throws IOException {
    Path key = Path.of(apns.settings().get("APNS_KEY_PATH"));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(
            () -> new PushNode("b", database, new RecordingSender(false), apns.settings()))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining(key.toString());
    Map<String, String> lenient = new HashMap<>(apns.settings());
    lenient.put("PUSH_STRICT", "off");
    try (PushNode warned = new PushNode("c", database, new RecordingSender(false), lenient)) {
      assertThat(warned.role.health().getString("apns")).isEqualTo("initialized");
    }
    lenient.put("APNS_KEY_PATH", "/nowhere.p8");
    try (PushNode mocked = new PushNode("d", database, new RecordingSender(false), lenient)) {
      assertThat(mocked.role.health().getString("apns")).isEqualTo("not_initialized");
      assertThat(mocked.role.health().getBoolean("degraded")).isTrue();
    }
  }
}
