package dev.switchboard.push.send;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ReasonsTest {
  @Test
  void wordsAreOneLineOfBoundedLength() {
    assertThat(Reasons.clean(" Bad\r\n\tJwt\0Token ")).isEqualTo("Bad Jwt Token");
    assertThat(Reasons.clean("\ud83d\ude00 ".repeat(500))).hasSizeLessThan(250).endsWith("…");
    assertThat(Reasons.clean("")).isEmpty();
  }

  @Test
  void whatMayBeASecretIsNotShown() {
    assertThat(Reasons.clean("no subscription https://push.example/" + "a1".repeat(40) + " here"))
        .isEqualTo("no subscription … here");
    assertThat(Reasons.clean("BadAuthorizationHeaderEncoding"))
        .isEqualTo("BadAuthorizationHeaderEncoding");
  }
}
