package dev.switchboard.push.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.fuzz.Damage;
import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Refusals of APNs, and of whatever stands between: each means something. */
final class ApnsAnswerFuzzTest {
  private static final List<String> STATUSES =
      List.of(
          "400", "403", "410", "410", "413", "429", "500", "503", "", "99999999999", "4x0", "200");
  private static final List<String> RETRY =
      List.of("10", "-1", "99999999999", "Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 99 Oct", "");
  private static final Map<String, List<String>> BODY =
      Map.of(
          "reason",
              List.of("\"Unregistered\"", "\"BadDeviceToken\"", "\"" + "x".repeat(5_000) + "\""),
          "timestamp", List.of("1700000000000", "-1", "1e999", "9223372036854775807"));

  private static String body(RandomGenerator random) {
    String whole = OddJson.onceIn(random, 8) ? OddJson.value(random) : OddJson.object(random, BODY);
    return OddJson.onceIn(random, 4) ? Damage.text(random, whole) : whole;
  }

  @Test
  void eachAnswerMeansSomething() throws InterruptedException {
    UUID id = new UUID(1, 2);
    Fuzz.run(
            trial -> {
              RandomGenerator random = trial.random();
              Http2Headers headers = new DefaultHttp2Headers(false);
              headers.status(OddJson.one(random, STATUSES));
              headers.add("retry-after", OddJson.one(random, RETRY));
              String body = trial.of(body(random));
              ApnsAnswer answer = ApnsAnswer.refusal(headers, body);
              assertThat(answer.status()).isBetween(0, 999);
              assertThat(answer.reason() == null || answer.reason().length() <= 120).isTrue();
              assertThat(answer.retryAfter() == null || !answer.retryAfter().isNegative()).isTrue();
              assertThat(ApnsAnswers.read(answer, id, Instant.EPOCH)).isNotNull();
              trial.count(answer.reason() == null ? "without a reason" : "with a reason");
            })
        .atLeast(0.3, "with a reason")
        .atLeast(0.05, "without a reason");
  }
}
