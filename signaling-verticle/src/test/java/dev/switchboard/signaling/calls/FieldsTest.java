package dev.switchboard.signaling.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.signaling.calls.Fields.BadFieldException;
import dev.switchboard.signaling.socketio.Arguments;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FieldsTest {
  private static Fields of(Object value) {
    return Fields.of(new Payload(new JsonObject().put("f", value)));
  }

  private record Payload(JsonObject json) implements Arguments {
    @Override
    public int size() {
      return 1;
    }

    @Override
    public String raw(int index) {
      return json.encode();
    }

    @Override
    public boolean hasBinary() {
      return false;
    }

    @Override
    public Object get(int index) {
      return json;
    }
  }

  @Test
  void idsThatWouldBeOthersInUtf8AreRefused() {
    for (String id : List.of("x\ud83d", "\ude00", "\ude00\ud83d", "x\u0000")) {
      assertThatThrownBy(() -> of(id).id("f"))
          .isInstanceOf(BadFieldException.class)
          .hasMessageStartingWith("f must not contain");
    }
    for (String id : List.of("\ud83d\ude00", "é", "a b\n", "\ufffd")) {
      assertThat(of(id).id("f")).isEqualTo(id);
    }
  }

  @Test
  void wordsThatAnAppHasCutInsideAnEmojiAreTaken() {
    assertThat(of("Ann \ud83d").optionalText("f")).isEqualTo("Ann \ud83d");
    assertThatThrownBy(() -> of("\u0000").optionalText("f")).hasMessageContaining("U+0000");
  }
}
