package dev.switchboard.shared.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretsKeyTest {
  private static Optional<SecretsKey> read(String value) {
    return SecretsKey.from(Settings.of(Map.of("SECRETS_KEY", value)));
  }

  private static String base64(int bytes) {
    return Base64.getEncoder().encodeToString(new byte[bytes]);
  }

  @Test
  void absentIsEmpty() {
    assertThat(SecretsKey.from(Settings.of(Map.of()))).isEmpty();
    assertThat(read("  ")).isEmpty();
  }

  @Test
  void eachPurposeHasItsOwnKeyWhichStaysTheSame() {
    SecretsKey key = read(base64(32)).orElseThrow();
    // printf %s sid | openssl dgst -sha256 -mac HMAC -macopt hexkey:00…00
    assertThat(HexFormat.of().formatHex(key.derive("sid")))
        .isEqualTo("4690f27e5a6fefdb53c00ac180c96b7ddc02b99b42189b0f9e4c2c2b36f2311b");
    assertThat(key.derive("other")).hasSize(32).isNotEqualTo(key.derive("sid"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"not base64 at all!", "c2hvcnQ=", "correct horse battery staple"})
  void anythingElseIsRefusedInOneLineThatDoesNotShowIt(String value) {
    assertThatThrownBy(() -> read(value))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("SECRETS_KEY: ")
        .hasMessageContaining("base64 of 32")
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining(value);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 31, 33, 64})
  void otherLengthsAreRefused(int bytes) {
    assertThatThrownBy(() -> read(base64(bytes)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("of " + bytes + " bytes");
  }

  @Test
  void itIsNotPrinted() {
    assertThat(read(base64(32)).orElseThrow().toString()).doesNotContain("AAAA");
  }
}
