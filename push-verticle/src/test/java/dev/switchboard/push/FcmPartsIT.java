package dev.switchboard.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.testing.ApnsPeer;
import dev.switchboard.push.testing.FcmPeer;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message for FCM has a part for each kind of device, and always fits. */
final class FcmPartsIT extends PushTest {
  private final FcmPeer fcm = new FcmPeer();
  private PushNode node;

  @BeforeEach
  void start() {
    Map<String, String> settings = new HashMap<>(fcm.settings());
    settings.put("FCM_ANDROID_CHANNEL", "calls");
    node = node("a", new RecordingSender(false), settings);
    redis.send("HSET", "call:c1", "state", "ringing");
    redis.register("ann", "phone", "fcm", "token-number-1", clock.millis());
    Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
  }

  @AfterEach
  void stop() {
    node.close();
    fcm.close();
  }

  private static JsonObject call() {
    return new JsonObject()
        .put("type", "incoming_call")
        .put("callId", "c1")
        .put("callerId", "bob")
        .put("callerName", "Bob")
        .put("callType", "video")
        .put("timestamp", "1");
  }

  private JsonObject push(String cause, JsonObject data) {
    return push(cause, data, "phone");
  }

  private JsonObject push(String cause, JsonObject data, String device) {
    redis.job(cause, cause, "ann", data, clock.millis() + 40_000, "fcm|" + device);
    Await.until(() -> !fcm.received().isEmpty(), 30);
    untilDone();
    return fcm.received().getLast();
  }

  @Test
  void iphoneThatOnlyFirebaseReachesRings() {
    JsonObject message = push("incoming_call", call());
    JsonObject apns = message.getJsonObject("apns");
    assertThat(apns.getJsonObject("headers").getMap())
        .containsEntry("apns-push-type", "alert")
        .containsEntry("apns-priority", "10")
        .containsEntry("apns-collapse-id", "c1")
        .containsEntry("apns-expiration", Long.toString((clock.millis() + 40_000) / 1_000));
    assertThat(apns.getJsonObject("payload").getJsonObject("aps"))
        .isEqualTo(ApnsPeer.apsOfBobsRing());
    assertThat(message.getJsonObject("webpush").getJsonObject("headers").getMap())
        .isEqualTo(Map.of("TTL", "40", "Urgency", "high"));
    assertThat(message.getJsonObject("android").containsKey("notification")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"incoming_call", "call_cancelled", "missed_call", "call_ended"})
  void callIsDescribedUnderBothNames(String cause) {
    assertThat(push(cause, call()).getJsonObject("data").getMap())
        .containsEntry("call_id", "c1")
        .containsEntry("caller_id", "bob")
        .containsEntry("caller_name", "Bob")
        .containsEntry("call_type", "video")
        .containsEntry("callerName", "Bob");
  }

  @ParameterizedTest
  @ValueSource(strings = {"call_cancelled", "call_ended"})
  void whatOnlyWakesTheAppShowsNothingOnAnIphone(String cause) {
    JsonObject apns = push(cause, call()).getJsonObject("apns");
    assertThat(apns.getJsonObject("headers").getMap())
        .containsEntry("apns-push-type", "background")
        .containsEntry("apns-priority", "5");
    assertThat(apns.getJsonObject("payload").getJsonObject("aps"))
        .isEqualTo(new JsonObject().put("content-available", 1));
  }

  @Test
  void alertOnAndroidHasItsChannelAndSound() {
    JsonObject message = push("missed_call", call());
    assertThat(message.getJsonObject("android").getJsonObject("notification"))
        .isEqualTo(new JsonObject().put("sound", "default").put("channel_id", "calls"));
    assertThat(message.getJsonObject("notification").getString("title")).isEqualTo("Missed Call");
    assertThat(message.getJsonObject("apns").getJsonObject("payload").getJsonObject("aps").getMap())
        .containsEntry("sound", "default")
        .containsEntry("mutable-content", 1);
  }

  @Test
  void whatFcmKeepsForItselfIsLeftOut() {
    JsonObject data =
        new JsonObject()
            .put("from", "x")
            .put("message_type", "x")
            .put("collapse_key", "x")
            .put("google.message_id", "x")
            .put("gcm.notification.title", "x")
            .put("gcm", "x")
            .put("", "x")
            .put("googleId", "g")
            .put("gcmSender", "s")
            .put("fromage", "brie");
    JsonObject custom = new JsonObject().put("title", "T").put("body", "B").put("data", data);
    assertThat(push("custom", custom).getJsonObject("data").getMap())
        .isEqualTo(
            Map.of(
                "title", "T", "body", "B", "fromage", "brie", "googleId", "g", "gcmSender", "s"));
  }

  @Test
  void longTextOfAnOperatorIsSentOnce() {
    String text = "x".repeat(3_000);
    JsonObject custom =
        new JsonObject()
            .put("title", "T")
            .put("body", text)
            .put("data", new JsonObject().put("n", 1));
    JsonObject message = push("custom", custom);
    assertThat(message.getJsonObject("data").getMap()).isEqualTo(Map.of("n", "1"));
    assertThat(message.getJsonObject("notification").getString("body")).isEqualTo(text);
  }

  @Test
  void ringOfALongNameAndALargeAvatarFits() {
    JsonObject long1000 =
        call()
            .put("callerName", "\"\u2764\ud83d\ude00".repeat(250))
            .put("callerAvatar", "x".repeat(2_000));
    JsonObject message = push("incoming_call", long1000);
    JsonObject data = message.getJsonObject("data");
    JsonObject aps = message.getJsonObject("apns").getJsonObject("payload").getJsonObject("aps");
    assertThat((data.encode() + aps.encode()).getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .hasSizeLessThanOrEqualTo(4_096);
    assertThat(data.containsKey("callerAvatar")).isFalse();
    String name = data.getString("callerName");
    assertThat(name).startsWith("\"\u2764\ud83d\ude00").endsWith("…");
    assertThat(name.codePoints()).noneMatch(c -> Character.getType(c) == Character.SURROGATE);
    assertThat(aps.getJsonObject("alert").getString("body")).isEqualTo(name + " is calling you");
  }

  @Test
  void whatIsTooLargeForFcmGoesAtOnceWithLess() {
    redis.register("ann", "pad", "fcm", "small-number-1", clock.millis());
    Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
    JsonObject message =
        push("incoming_call", call().put("callerAvatar", "x".repeat(3_000)), "pad");
    assertThat(fcm.received()).hasSize(2);
    assertThat(message.getJsonObject("data").containsKey("callerAvatar")).isFalse();
    Await.until(() -> node.counted("incoming_call", "sent") == 1);
  }
}
