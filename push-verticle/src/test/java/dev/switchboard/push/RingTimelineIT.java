package dev.switchboard.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.send.Outcome;
import dev.switchboard.push.send.Push;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.timeline.Step;
import dev.switchboard.shared.timeline.StepName;
import dev.switchboard.shared.timeline.TimedStep;
import dev.switchboard.shared.timeline.Timeline;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the push role adds to the timeline of a ring, and the receipts of devices. */
final class RingTimelineIT extends PushTest {
  private static final JsonObject EMPTY = new JsonObject();

  private final BlockingQueue<JsonObject> payloads = new LinkedBlockingQueue<>();

  @BeforeEach
  void register() {
    redis.register("ann", "phone", "fcm", "fcm-registration-1", clock.millis());
  }

  private void ring(String id, String state, long life) {
    redis.send("HSET", "call:c-" + id, "state", state);
    // Begun by the call, as its script does, with no step of its own.
    redis.send("RPUSH", "timeline:c-" + id, "t", "1", "n", "a", "c", "ann");
    JsonObject data = new JsonObject().put("callId", "c-" + id).put("callerName", "Bob");
    redis.job(id, "incoming_call", "ann", data, clock.millis() + life);
  }

  private List<Step> steps(String id) {
    List<String> texts =
        redis.send("LRANGE", "timeline:c-" + id, "0", "-1").stream()
            .map(Response::toString)
            .toList();
    return Timeline.read(id, texts).steps().stream().map(TimedStep::step).toList();
  }

  private List<String> said(String id) {
    return steps(id).stream()
        .map(
            step ->
                String.join(
                    " ",
                    step.name().wireName(),
                    String.valueOf(step.userId()),
                    String.valueOf(step.deviceId()),
                    String.valueOf(step.provider()),
                    String.valueOf(step.why())))
        .toList();
  }

  private Outcome answer(Push push, PushDevice device) {
    payloads.add(push.content().data());
    return switch (push.id()) {
      case "refused" -> new Outcome.Rejected("SENDER_ID_MISMATCH");
      case "gone" ->
          new Outcome.Gone("UNREGISTERED", clock.instant(), Outcome.Kind.NEEDS_CORROBORATION);
      case "busy" -> new Outcome.Unavailable("429", Duration.ofSeconds(90));
      default -> new Outcome.Accepted("projects/1");
    };
  }

  @Test
  void eachEndOfARingsPushIsOnItsTimeline() {
    RecordingSender sender = new RecordingSender(false).answering(this::answer);
    try (PushNode node = node("a", sender)) {
      ring("sent", "ringing", 45_000);
      ring("refused", "ringing", 45_000);
      ring("over", "accepted", 45_000);
      ring("late", "ringing", -1);
      untilDone();
      // After the refusal, as the last failure of the two is kept.
      ring("busy", "ringing", 45_000);
      untilDone();
      assertThat(said("sent")).containsExactly("push_sent ann phone mock null");
      assertThat(steps("sent").getFirst().providerId()).isEqualTo("projects/1");
      assertThat(said("refused")).containsExactly("push_failed ann phone mock SENDER_ID_MISMATCH");
      assertThat(said("busy"))
          .containsExactly("push_failed ann phone mock 429", "push_dropped ann phone mock expired");
      assertThat(said("over")).containsExactly("push_dropped ann phone fcm over");
      assertThat(said("late")).containsExactly("push_dropped ann phone fcm expired");
      assertThat(redis.send("HGET", "push:failures:ann", "fcm|phone").toString()).contains("429");
      assertThat(outcomes(node, "push_failed")).isEqualTo(2);
      assertThat(outcomes(node, "over")).isEqualTo(1);
    }
  }

  private static double outcomes(PushNode node, String why) {
    return node.meters.counter("switchboard.ring.outcomes", "why", why).count();
  }

  @Test
  void tokenThatIsCalledGoneIsQuarantinedAndSaidToBe() {
    try (PushNode _ = node("a", new RecordingSender(false).answering(this::answer))) {
      ring("gone", "ringing", 45_000);
      Await.until(() -> steps("gone").stream().anyMatch(step -> step.name() == StepName.TOKEN));
      assertThat(said("gone"))
          .contains("push_failed ann phone mock UNREGISTERED", "token ann phone null quarantined");
      ring("next", "ringing", 45_000);
      untilDone();
      assertThat(said("next")).containsExactly("push_dropped ann phone fcm quarantined");
    }
  }

  @Test
  void providerThatFailsIsTriedAgainAndEachTryIsSaid() {
    RecordingSender sender = new RecordingSender(false).failing();
    try (PushNode _ = node("a", sender)) {
      ring("failing", "ringing", 45_000);
      Await.until(() -> said("failing").size() == 1);
      assertThat(said("failing").getFirst()).startsWith("push_retried ann phone mock ");
      redis.send("HSET", "call:c-failing", "state", "cancelled");
      clock.advance(Duration.ofSeconds(20));
      Await.until(() -> said("failing").getLast().equals("push_dropped ann phone fcm over"), 40);
    }
  }

  @Test
  void providerThatHangsIsSaidToGiveNoAnswer() {
    try (PushNode _ = node("a", new RecordingSender(true))) {
      ring("hanging", "ringing", 900);
      Await.until(() -> said("hanging").size() == 2, 30);
      assertThat(said("hanging").getFirst())
          .startsWith("push_failed ann phone mock")
          .endsWith("TimeoutException");
      assertThat(said("hanging").getLast()).isEqualTo("push_dropped ann phone mock expired");
    }
  }

  @Test
  void pushThatIsSwitchedOffIsSaidToBe() {
    try (PushNode _ = node("a", new RecordingSender(false), Map.of("PUSH_ENABLED", "false"))) {
      ring("off", "ringing", 45_000);
      untilDone();
      assertThat(said("off")).containsExactly("push_dropped ann phone fcm disabled");
      Await.until(() -> redis.send("EXISTS", "push:disabled").toInteger() == 1);
    }
  }

  @Test
  void otherPushesHaveNoTimelineAndAskForNoReceipt() throws InterruptedException {
    try (PushNode _ = node("a", new RecordingSender(false).answering(this::answer))) {
      JsonObject data = new JsonObject().put("callId", "c-missed");
      redis.job("missed", "missed_call", "ann", data, clock.millis() + 45_000);
      assertThat(payload().containsKey("receipt")).isFalse();
      untilDone();
      assertThat(said("missed")).isEmpty();
    }
  }

  private JsonObject payload() throws InterruptedException {
    JsonObject payload = payloads.poll(20, TimeUnit.SECONDS);
    assertThat(payload).isNotNull();
    return payload;
  }

  private static int post(PushNode node, JsonObject body) {
    return node.request(HttpMethod.POST, "/v1/push/receipts", "", body).statusCode();
  }

  @Test
  void receiptIsGoodOnceAtAnyNodeAndNeedsNoToken() throws InterruptedException {
    try (PushNode node = node("a", new RecordingSender(false).answering(this::answer));
        PushNode other = node("b", new RecordingSender(false).answering(this::answer))) {
      ring("received", "ringing", 45_000);
      JsonObject payload = payload();
      JsonObject receipt =
          new JsonObject()
              .put("notificationId", payload.getString("notificationId"))
              .put("receipt", payload.getString("receipt"));
      assertThat(post(node, receipt.copy().put("receipt", "forged.Zm9v"))).isEqualTo(404);
      assertThat(post(node, receipt.copy().put("notificationId", "x"))).isEqualTo(404);
      assertThat(post(node, receipt.copy().put("shown", 7))).isEqualTo(422);
      assertThat(post(node, EMPTY)).isEqualTo(422);
      assertThat(post(other, receipt.put("shown", true))).isEqualTo(200);
      assertThat(post(node, receipt)).isEqualTo(404);
      untilDone();
      assertThat(said("received"))
          .containsOnlyOnce(
              "push_sent ann phone mock null",
              "push_received ann phone null null",
              "shown ann phone null null");
      assertThat(redis.send("TTL", "push:notification:received").toLong())
          .isBetween(80_000L, 86_400L);
    }
  }
}
