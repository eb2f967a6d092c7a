package dev.switchboard.signaling.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class EdgeBatchCodecTest {
  private static final EdgeNote.Codec<Note> NOTES =
      new EdgeNote.Codec<>(
          "test",
          Note.class,
          note -> new JsonObject().put("text", note.text()),
          json -> new Note(json.getString("text")));

  private final EdgeBatchCodec codec = new EdgeBatchCodec(List.of(NOTES));

  private record Note(String text) implements EdgeNote {
    @Override
    public String feature() {
      return "test";
    }
  }

  private record Unknown() implements EdgeNote {
    @Override
    public String feature() {
      return "unknown";
    }
  }

  static Stream<EdgeMessage> messages() {
    return Stream.of(
        new EdgeMessage("socket", "42[\"ä€😀\"]", null),
        new EdgeMessage("socket", null, new Note("ä€😀\u0000")),
        new EdgeMessage("", "", new Note("")),
        new EdgeMessage("socket", "f".repeat(100_000), new Note("n".repeat(100_000))));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void whatIsReadIsWhatWasWritten(EdgeMessage message) {
    EdgeBatch batch =
        new EdgeBatch(
            List.of(
                new EdgeEnvelope("channel", 1, new EdgeMessage("other", "42[]", null)),
                new EdgeEnvelope("channel", Long.MAX_VALUE, message)));
    Buffer wire = Buffer.buffer("before");
    codec.encodeToWire(wire, batch);

    assertThat(codec.decodeFromWire("before".length(), wire)).isEqualTo(batch);
  }

  @Test
  void aNoteOfNoFeatureIsABug() {
    EdgeMessage message = new EdgeMessage("socket", null, new Unknown());
    EdgeBatch batch = new EdgeBatch(List.of(new EdgeEnvelope("channel", 1, message)));
    Buffer wire = Buffer.buffer();

    assertThatThrownBy(() -> codec.encodeToWire(wire, batch)).hasMessageContaining("unknown");
  }
}
