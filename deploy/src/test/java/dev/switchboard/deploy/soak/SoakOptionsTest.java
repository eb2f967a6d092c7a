package dev.switchboard.deploy.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SoakOptionsTest {
  @Test
  void defaultsAreThoseThatTheHelpTells() {
    SoakOptions usual = SoakOptions.read();
    assertThat(usual)
        .isEqualTo(
            new SoakOptions(
                1_000, Duration.ofHours(2), 10, Duration.ofSeconds(30), 1, Optional.empty()));
    assertThat(SoakOptions.HELP)
        .contains("--users 1000 ", "--minutes 120 ", "--rate 10 ", "--sample 30 ", "--seed 1 ");
  }

  @Test
  void allMayBeSaid() {
    String line = "--users 50 --minutes 0.5 --rate 2.5 --sample 5 --seed 7 --figures f.csv";
    assertThat(SoakOptions.read(line.split(" ")))
        .isEqualTo(
            new SoakOptions(
                50,
                Duration.ofSeconds(30),
                2.5,
                Duration.ofSeconds(5),
                7,
                Optional.of(Path.of("f.csv"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--users", "--users x", "--users 2", "--minutes 0", "--rate -1", "--hours 2"})
  void whatIsWrongIsNamed(String line) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SoakOptions.read(line.split(" ")))
        .withMessageContaining(line.split(" ")[0]);
  }
}
