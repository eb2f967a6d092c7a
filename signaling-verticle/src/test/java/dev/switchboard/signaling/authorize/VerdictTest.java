package dev.switchboard.signaling.authorize;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VerdictTest {
  private static Verdict.Denied denied(Object code, Object message) {
    JsonObject answer =
        new JsonObject().put("allow", false).put("code", code).put("message", message);
    return (Verdict.Denied) Verdict.read(answer).orElseThrow();
  }

  @Test
  void allowedIsAllowedWhateverElseIsThere() {
    assertThat(Verdict.read(new JsonObject("{\"allow\":true,\"code\":\"x\"}")))
        .contains(new Verdict.Allowed());
  }

  @Test
  void codeAndMessageAreTheServices() {
    assertThat(denied("no_credit", "Top up first"))
        .isEqualTo(new Verdict.Denied("no_credit", "Top up first"));
    assertThat(denied(4021, "Nö")).isEqualTo(new Verdict.Denied("4021", "Nö"));
  }

  @Test
  void withoutThemItIsE109() {
    assertThat(denied(null, null)).isEqualTo(new Verdict.Denied("E109", "The call is not allowed"));
    assertThat(denied(new JsonObject(), "  "))
        .isEqualTo(new Verdict.Denied("E109", "The call is not allowed"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "<b>", "a\nb"})
  void codeThatIsNoneIsNotPassedOn(String code) {
    assertThat(denied(code, "words").code()).isEqualTo("E109");
    assertThat(denied("x".repeat(65), "words").code()).isEqualTo("E109");
  }

  @Test
  void messageIsOneShortLine() {
    assertThat(denied("c", "a\r\n\tb\u0000\u202ec").message()).isEqualTo("a b c");
    assertThat(denied("c", "ä".repeat(1_000)).message()).isEqualTo("ä".repeat(256));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"allow\":\"true\"}", "{\"allow\":1}", "{\"allow\":null}"})
  void whatSaysNeitherIsNoAnswer(String answer) {
    assertThat(Verdict.read(new JsonObject(answer))).isEmpty();
  }
}
