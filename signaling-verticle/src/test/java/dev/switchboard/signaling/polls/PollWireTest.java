package dev.switchboard.signaling.polls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PollWireTest {
  @Test
  void questionsAreReadAsTheyWereWritten() {
    for (PollQuestion.Kind kind : PollQuestion.Kind.values()) {
      PollQuestion question =
          new PollQuestion(
              kind, "node-0-sid", "öther.7", 131_072, false, Buffer.buffer("4[\"ä\"]"));
      assertThat(PollWire.question(PollWire.write(question))).isEqualTo(question);
    }
    PollQuestion empty = PollQuestion.of(PollQuestion.Kind.GET, "s", "");
    assertThat(PollWire.question(PollWire.write(empty))).isEqualTo(empty);
  }

  @Test
  void answersAreReadAsTheyWereWritten() {
    PollAnswer answer =
        new PollAnswer(
            413, Map.of("content-type", "text/html"), 20_000_000, Buffer.buffer("\u001e4x"));
    assertThat(PollWire.answer(PollWire.write(answer))).isEqualTo(answer);
    assertThat(PollWire.answer(PollWire.write(PollAnswer.NEXT))).isEqualTo(PollAnswer.NEXT);
  }

  @Test
  void whatIsNoQuestionIsRefused() {
    assertThatThrownBy(() -> PollWire.question(Buffer.buffer()))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> PollWire.question(Buffer.buffer("\u0000\u0003abc")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
