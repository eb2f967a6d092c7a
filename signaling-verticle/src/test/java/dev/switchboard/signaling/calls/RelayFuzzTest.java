package dev.switchboard.signaling.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import dev.switchboard.shared.testing.fuzz.StrictJson;
import dev.switchboard.signaling.edge.Payload;
import dev.switchboard.signaling.edge.RefusedException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Offers, answers and candidates on their way to the other party. */
final class RelayFuzzTest {
  private static final Map<String, List<String>> USUAL =
      Map.of(
          "callId", List.of("\"0b6d2f2e-0000-4000-8000-000000000000\"", "7"),
          "to", List.of("\"bob\"", "42"),
          "sdp", List.of("{\"type\":\"offer\",\"sdp\":\"v=0\\r\\n\"}", "\"v=0\""),
          "candidate", List.of("null", "{\"candidate\":\"\",\"sdpMLineIndex\":0}"));

  @Test
  void whatIsRelayedIsOneValueOfThePayload() throws InterruptedException {
    Fuzz.run(
            trial -> {
              String text = trial.of(OddJson.object(trial.random(), USUAL));
              List<StrictJson.Part> parts = StrictJson.parts(text);
              String body = trial.random().nextBoolean() ? "sdp" : "candidate";
              if (parts == null) {
                return;
              }
              try {
                RelayPayload read = RelayPayload.read(Payload.of(text, CallError.PAYLOADS), body);
                assertThat(parts)
                    .anyMatch(part -> text.substring(part.from(), part.to()).equals(read.body()));
                trial.count("read");
              } catch (RefusedException e) {
                trial.count("refused");
              }
            })
        .atLeast(0.3, "read")
        .atLeast(0.1, "refused");
  }
}
