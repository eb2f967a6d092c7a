package dev.switchboard.shared.ids;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IdTextTest {
  @ParameterizedTest
  @CsvSource({
    "42, 42",
    "0, 0",
    "-7, -7",
    "42.0, 42",
    "4.2e1, 42",
    "9007199254740993, 9007199254740993",
    "123456789012345678901, 123456789012345678901",
  })
  void wholeNumberCountsAsItsDigits(String json, String id) {
    assertThat(IdText.of(Json.decodeValue(json))).isEqualTo(id);
  }

  @Test
  void stringStaysAsItIs() {
    assertThat(IdText.of("042 a")).isEqualTo("042 a");
    assertThat(IdText.of("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "true", "4.5", "1e300", "[]", "{}"})
  void allElseIsNoId(String json) {
    assertThat(IdText.of(Json.decodeValue(json))).isNull();
  }
}
