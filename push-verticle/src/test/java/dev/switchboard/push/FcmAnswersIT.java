package dev.switchboard.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.switchboard.push.queue.Notifications;
import dev.switchboard.push.testing.FcmPeer;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What FCM, Google's OAuth, and what may stand in between, answer. */
final class FcmAnswersIT extends PushTest {
  private final FcmPeer fcm = new FcmPeer();
  private PushNode node;

  @BeforeEach
  void start() {
    node = node("a", new RecordingSender(false), fcm.settings());
  }

  @AfterEach
  void stop() {
    node.close();
    fcm.close();
  }

  private void push(String id, String kind) {
    redis.register("ann", kind, "fcm", kind + "-number-1", clock.millis());
    Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
    JsonObject data = new JsonObject().put("callId", "c1").put("callerName", "Bob");
    redis.job(id, "missed_call", "ann", data, clock.millis() + 3_600_000, "fcm|" + kind);
  }

  private JsonObject device(String id) {
    return node.withRedis(link -> new Notifications(link).find(id))
        .map(found -> found.getJsonArray("devices").getJsonObject(0))
        .orElseGet(JsonObject::new);
  }

  private JsonObject settled(String id) {
    Await.until(() -> redis.length(PushJobs.JOBS) == 0, 30);
    return device(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lost", "page", "cut", "broken", "silent", "reset", "elsewhere"})
  void answerThatIsNotFcmsIsTriedAgainLaterAndOnce(String kind) {
    push("n1", kind);
    JsonObject device = settled("n1");
    assertThat(device.getString("status")).as(device.encode()).isEqualTo("queued");
    assertThat(device.getInteger("attempts")).isEqualTo(1);
    assertThat(fcm.received()).hasSize(1);
    assertThat(redis.retryAt()).isBetween(clock.millis() + 10_000.0, clock.millis() + 15_000.0);
    assertThat(redis.reach("ann")).containsExactly("fcm|" + kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"empty", "nameless"})
  void messageThatIsTakenWithoutANameIsSent(String kind) {
    push("n1", kind);
    JsonObject device = settled("n1");
    assertThat(device.getString("status")).as(device.encode()).isEqualTo("sent");
    assertThat(device.getString("provider_id")).isNotEmpty();
  }

  @Test
  void dateInRetryAfterIsWaitedFor() {
    clock.advance(Duration.between(clock.instant(), Instant.parse("2050-11-06T08:00:00Z")));
    push("n1", "dated");
    assertThat(settled("n1").getString("reason")).isEqualTo("UNAVAILABLE");
    assertThat(redis.retryAt())
        .isEqualTo(Instant.parse("2050-11-06T08:49:37Z").toEpochMilli(), within(1_000.0));
  }

  @ParameterizedTest
  @CsvSource({"third,THIRD_PARTY_AUTH_ERROR,1,1", "stale,UNAUTHENTICATED,2,2"})
  void refusedKeyIsNotTriedOverAndOver(String kind, String reason, int sends, int grants) {
    push("n1", kind);
    JsonObject device = settled("n1");
    assertThat(device.getString("status")).as(device.encode()).isEqualTo("failed");
    assertThat(device.getString("reason")).isEqualTo(reason);
    assertThat(fcm.received()).hasSize(sends);
    assertThat(fcm.grants()).isEqualTo(grants);
  }

  @Test
  void accountThatGoogleDoesNotKnowIsTheReasonAndDegradesTheRole() {
    fcm.refuseGrants(true);
    push("n1", "token");
    JsonObject device = settled("n1");
    assertThat(device.getString("status")).as(device.encode()).isEqualTo("failed");
    assertThat(device.getString("reason")).isEqualTo("invalid_grant");
    assertThat(fcm.grants()).isEqualTo(1);
    assertThat(node.role.health().getBoolean("degraded")).isTrue();
    fcm.refuseGrants(false);
    push("n2", "token");
    assertThat(settled("n2").getString("status")).isEqualTo("sent");
    assertThat(node.role.health().containsKey("degraded")).isFalse();
  }

  @Test
  void slowAnswerIsWaitedForAndNotSentTwice() {
    push("n1", "slow");
    JsonObject device = settled("n1");
    assertThat(device.getString("status")).as(device.encode()).isEqualTo("sent");
    assertThat(device.getInteger("attempts")).isEqualTo(1);
    assertThat(fcm.received()).hasSize(1);
  }
}
