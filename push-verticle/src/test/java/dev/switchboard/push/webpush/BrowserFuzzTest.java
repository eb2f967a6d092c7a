package dev.switchboard.push.webpush;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.push.PushApps;
import dev.switchboard.shared.testing.fuzz.Damage;
import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import dev.switchboard.shared.testing.fuzz.Trial;
import io.vertx.core.MultiMap;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Subscriptions as browsers hand them in, and refusals as their services write them. */
final class BrowserFuzzTest {
  private static final PushApps APPS = PushApps.from(Settings.of(Map.of()));

  /** The key and the secret of the example of RFC 8291 section 5. */
  private static final String KEY =
      "\"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4\"";

  private static final String SECRET = "\"BTBZMqHH6r4Tts7J_aSIgg\"";
  private static final List<String> ENDPOINTS =
      List.of(
          "\"https://fcm.googleapis.com/fcm/send/abc\"",
          "\"https://updates.push.services.mozilla.com/wpush/v2/abc\"",
          "\"http://127.0.0.1/\"",
          "\"https://[::1]:0/\"",
          "\"https://user@host/\"",
          "\"https://host:99999/\"",
          "\"file:///etc/passwd\"",
          "\"https://\"");

  private static String subscription(RandomGenerator random) {
    String point =
        OddJson.onceIn(random, 4) ? '"' + Damage.text(random, "BCVxsr7N_eNg") + '"' : KEY;
    String keys =
        OddJson.object(random, Map.of("p256dh", List.of(KEY, KEY, point), "auth", List.of(SECRET)));
    return OddJson.object(
        random,
        Map.of(
            "endpoint", ENDPOINTS,
            "keys", List.of(keys, keys, keys, "{}"),
            "device_id", List.of("\"phone\"", "7"),
            "user_agent", List.of("\"Mozilla\"", "null")));
  }

  @Test
  void aSubscriptionIsTakenOrNamesWhatIsWrong() throws InterruptedException {
    Fuzz.run(BrowserFuzzTest::isTakenOrNot).atLeast(0.05, "taken").atLeast(0.2, "refused");
  }

  private static void isTakenOrNot(Trial trial) {
    JsonObject body;
    try {
      body = new JsonObject(trial.of(subscription(trial.random())));
    } catch (DecodeException e) {
      return;
    }
    try {
      SubscriptionRequest request = SubscriptionRequest.of(body, APPS);
      assertThat(Base64Url.decode(request.p256dh()).orElseThrow()).hasSize(65);
      assertThat(Base64Url.decode(request.auth()).orElseThrow()).hasSize(16);
      assertThat(request.endpoint().port()).isBetween(1, 65_535);
      assertThat(SubscriptionRequest.named(body).endpoint()).isNotNull();
      trial.count("taken");
    } catch (BadFieldException e) {
      assertThat(e.getMessage()).isNotBlank();
      trial.count("refused");
    }
  }

  @Test
  void aRefusalIsOneLineOfBoundedLength() throws InterruptedException {
    Map<String, List<String>> usual =
        Map.of(
            "reason", List.of("\"BadJwtToken\""),
            "errno", List.of("109"),
            "error", List.of("{\"status\":\"NOT_FOUND\",\"message\":\"m\"}"),
            "message", List.of("\"gone\\nby\""));
    Fuzz.run(
            trial -> {
              RandomGenerator random = trial.random();
              String whole =
                  OddJson.onceIn(random, 3)
                      ? "<html><title>x</title>" + OddJson.value(random)
                      : OddJson.object(random, usual);
              String body =
                  trial.of(OddJson.onceIn(random, 3) ? Damage.text(random, whole) : whole);
              String reason = RefusalReason.of(MultiMap.caseInsensitiveMultiMap(), body);
              assertThat(reason).hasSizeLessThanOrEqualTo(240).doesNotContain("\n", "\r");
              trial.count(reason.isEmpty() ? "none" : "some");
            })
        .atLeast(0.4, "some");
  }
}
