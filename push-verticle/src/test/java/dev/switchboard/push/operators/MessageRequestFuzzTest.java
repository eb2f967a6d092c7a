package dev.switchboard.push.operators;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.queue.PushOrder;
import dev.switchboard.push.send.PushContents;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.push.PushApps;
import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import dev.switchboard.shared.testing.fuzz.Trial;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What operators ask to be sent: an order that fits every provider, or a field that is named. */
final class MessageRequestFuzzTest {
  private static final PushApps APPS = PushApps.from(Settings.of(Map.of()));
  private static final Map<String, List<String>> USUAL =
      Map.of(
          "title", List.of("\"Hello\""),
          "body", List.of("\"World\"", "\"" + "w".repeat(3_000) + "\""),
          "user_id", List.of("\"ann\"", "42"),
          "badge", List.of("3", "\"/b.png\"", "-1", "2147483648", "4.0"),
          "ttl", List.of("60", "\"60\"", "0", "2419201", "1e999", "60.0"),
          "urgency", List.of("\"high\"", "null", "\"HIGH\""),
          "actions", List.of("[{\"action\":\"a\",\"title\":\"A\"}]", "[]", "[1]"),
          "data", List.of("{\"k\":\"v\"}", "null", "{\"k\":{\"a\":[1]}}"),
          "tokens", List.of("[\"t\"]", "[]", "[1]"),
          "silent", List.of("true", "false", "null"));

  @Test
  void aRequestIsAnOrderOrNamesWhatIsWrong() throws InterruptedException {
    Fuzz.run(MessageRequestFuzzTest::isAnOrderOrNot)
        .atLeast(0.05, "order")
        .atLeast(0.2, "recipient")
        .atLeast(0.2, "refused");
  }

  private static void isAnOrderOrNot(Trial trial) {
    String text = trial.of(OddJson.object(trial.random(), USUAL));
    JsonObject body;
    try {
      body = new JsonObject(text);
    } catch (DecodeException e) {
      trial.count("no JSON");
      return;
    }
    tried(
        trial,
        () -> {
          PushOrder order = MessageRequest.order(body, "fuzz");
          assertThat(order.message().encode().getBytes(StandardCharsets.UTF_8))
              .hasSizeLessThanOrEqualTo(MessageRequest.MESSAGE_MAX);
          assertThat(order.life()).isPositive();
          assertThat(PushContents.of(Cause.CUSTOM, order.message(), 0)).isNotNull();
          trial.count("order");
        });
    tried(
        trial,
        () -> {
          assertThat(MessageRequest.recipient(body, APPS)).isNotNull();
          trial.count("recipient");
        });
    tried(trial, () -> assertThat(MessageRequest.tokens(body)).isNotEmpty());
  }

  private static void tried(Trial trial, Runnable reading) {
    try {
      reading.run();
    } catch (BadFieldException e) {
      assertThat(e.getMessage()).isNotBlank();
      trial.count("refused");
    }
  }
}
