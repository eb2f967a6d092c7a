package dev.switchboard.push.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.fuzz.Damage;
import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Answers of Google, and of whatever stands between: let through, or told what they mean. */
final class GoogleAnswersFuzzTest {
  private static final List<Integer> STATUSES =
      List.of(200, 200, 204, 301, 400, 401, 403, 404, 413, 429, 500, 503, 0);
  private static final List<String> ERRORS =
      List.of(
          "{\"status\":\"NOT_FOUND\",\"details\":[{\"errorCode\":\"UNREGISTERED\"}]}",
          "{\"status\":\"UNAUTHENTICATED\",\"details\":[1,null,{\"errorCode\":7}]}",
          "\"invalid_grant\"",
          "[]",
          "null");

  private static String body(RandomGenerator random) {
    Map<String, List<String>> usual =
        OddJson.onceIn(random, 2)
            ? Map.of("error", ERRORS)
            : Map.of("name", List.of("\"projects/p/messages/1\""));
    String whole =
        OddJson.onceIn(random, 8) ? OddJson.value(random) : OddJson.object(random, usual);
    return OddJson.onceIn(random, 4) ? Damage.text(random, whole) : whole;
  }

  @Test
  void anAnswerIsLetThroughOrSaysWhatItMeans() throws InterruptedException {
    GoogleAnswers.Asked[] all = GoogleAnswers.Asked.values();
    Fuzz.run(
            trial -> {
              RandomGenerator random = trial.random();
              String body = trial.of(OddJson.onceIn(random, 12) ? "" : body(random));
              VertxTransport.Answer answer =
                  new VertxTransport.Answer(
                      OddJson.one(random, STATUSES),
                      "",
                      Map.of("Retry-After", OddJson.onceIn(random, 2) ? "10" : "never"),
                      Buffer.buffer(body));
              try {
                assertThat(
                        GoogleAnswers.checked(
                            all[random.nextInt(all.length)], answer, Instant.EPOCH))
                    .isNotNull();
                trial.count("let through");
              } catch (AnsweredException e) {
                trial.count("said");
              }
            })
        .atLeast(0.2, "let through")
        .atLeast(0.2, "said");
  }
}
