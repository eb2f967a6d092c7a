package dev.switchboard.shared.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {
  /** Of "one" and of "two", by {@code printf one | sha256sum}. */
  private static final String ONE =
      "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";

  private static final String TWO =
      "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3";

  private static ApiKeys keys(String text) {
    return ApiKeys.from(Settings.of(Map.of("API_KEYS", text)));
  }

  @Test
  void withoutKeysThereIsNone() {
    assertThat(keys("").find("one")).isEmpty();
  }

  @Test
  void keyIsFoundByItsHashAndHasItsScopes() {
    ApiKeys keys = keys("back-end:" + ONE + ":calls+read, jobs:" + TWO.toUpperCase(Locale.ROOT));
    assertThat(keys.find("one"))
        .hasValueSatisfying(
            key -> {
              assertThat(key.name()).isEqualTo("back-end");
              assertThat(key.scopes()).containsExactlyInAnyOrder(Scope.CALLS, Scope.READ);
            });
    assertThat(keys.find("two"))
        .hasValueSatisfying(key -> assertThat(key.scopes()).contains(Scope.values()));
    assertThat(keys.find("three")).isEmpty();
    assertThat(keys.find(ONE)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a:",
        "a:abc",
        ":" + ONE,
        "a b:" + ONE,
        "a:" + ONE + ":",
        "a:" + ONE + ":calls+",
        "a:" + ONE + ":all",
        "a:" + ONE + ":calls:read",
        "a:" + ONE + ",a:" + TWO
      })
  void entryOfAnotherFormStopsTheStart(String text) {
    assertThatThrownBy(() -> keys(text))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("API_KEYS");
  }
}
