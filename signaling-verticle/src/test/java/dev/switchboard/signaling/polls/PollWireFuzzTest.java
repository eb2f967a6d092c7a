package dev.switchboard.signaling.polls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.fuzz.Damage;
import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import dev.switchboard.shared.testing.fuzz.Trial;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Polls that cross nodes: read as they were written, or refused as it is said. */
final class PollWireFuzzTest {
  @Test
  void aPollIsReadAsItWasWrittenOrRefused() throws InterruptedException {
    Fuzz.run(
            trial -> {
              question(trial);
              answer(trial);
            })
        .atLeast(1, "whole")
        .atLeast(0.2, "refused");
  }

  private static Buffer bytes(RandomGenerator random) {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return Buffer.buffer(bytes);
  }

  private static void question(Trial trial) {
    RandomGenerator random = trial.random();
    PollQuestion.Kind[] kinds = PollQuestion.Kind.values();
    PollQuestion question =
        trial.of(
            new PollQuestion(
                kinds[random.nextInt(kinds.length)],
                "node-0-" + random.nextInt(),
                "edge." + random.nextInt(),
                random.nextInt(),
                random.nextBoolean(),
                bytes(random)));
    Buffer written = PollWire.write(question);
    assertThat(PollWire.question(written)).isEqualTo(question);
    trial.count("whole");
    refused(trial, written, PollWire::question);
  }

  private static void answer(Trial trial) {
    RandomGenerator random = trial.random();
    Map<String, String> headers =
        random.nextBoolean() ? Map.of() : Map.of("content-type", OddJson.string(random));
    PollAnswer answer =
        new PollAnswer(random.nextInt(600), headers, random.nextInt(), bytes(random));
    Buffer written = PollWire.write(answer);
    refused(trial, written, PollWire::answer);
  }

  private static void refused(Trial trial, Buffer whole, Function<Buffer, Object> reading) {
    Buffer broken = Buffer.buffer(Damage.bytes(trial.random(), whole.getBytes()));
    try {
      assertThat(reading.apply(broken)).isNotNull();
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      trial.count("refused");
    }
  }
}
