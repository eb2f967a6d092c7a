package dev.switchboard.signaling.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.signaling.edge.Payload;
import dev.switchboard.signaling.edge.RefusedException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CallPayloadTest {
  private static Payload of(String value) {
    return Payload.of(new JsonObject().put("f", value).encode(), CallError.PAYLOADS);
  }

  @Test
  void idsThatWouldBeOthersInUtf8AreRefused() {
    for (String id : List.of("x\ud83d", "\ude00", "\ude00\ud83d", "x\u0000")) {
      assertThatThrownBy(() -> of(id).id("f"))
          .isInstanceOf(RefusedException.class)
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
