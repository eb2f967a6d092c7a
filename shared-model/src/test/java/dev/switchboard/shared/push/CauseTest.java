package dev.switchboard.shared.push;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CauseTest {
  private static String description() throws IOException {
    try (InputStream in = CauseTest.class.getResourceAsStream("/api/openapi.yaml")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @EnumSource
  void namesAreReadAsTheyAreWritten(Cause cause) {
    assertThat(Cause.of(cause.wireName())).contains(cause);
    assertThat(Urgency.of(cause.urgency().wireName())).contains(cause.urgency());
    assertThat(Cause.of("whim")).isEmpty();
  }

  @Test
  void onlyARingHasADeadlineOfItsOwn() {
    assertThat(Cause.values())
        .allSatisfy(
            cause -> assertThat(cause.life().isEmpty()).isEqualTo(cause == Cause.INCOMING_CALL));
    assertThat(Cause.PRESENCE.life()).contains(Duration.ofMinutes(5));
  }

  @Test
  void urgenciesAreThoseOfTheDescription() throws IOException {
    assertThat(Urgency.names()).containsExactly("very-low", "low", "normal", "high");
    assertThat(description()).contains("enum: [" + String.join(", ", Urgency.names()) + ", null]");
  }
}
