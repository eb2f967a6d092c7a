package dev.switchboard.push.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");

  @Test
  void secondsAndDatesAreUnderstood() {
    assertThat(RetryAfter.parse("120", NOW)).isEqualTo(Duration.ofMinutes(2));
    assertThat(RetryAfter.parse(" 0 ", NOW)).isEqualTo(Duration.ZERO);
    assertThat(RetryAfter.parse("Sat, 21 Nov 2026 08:00:30 GMT", NOW))
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(RetryAfter.parse("Sat, 21 Nov 2026 07:00:00 GMT", NOW)).isEqualTo(Duration.ZERO);
    assertThat(RetryAfter.parse("Saturday, 21-Nov-26 08:00:30 GMT", NOW))
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(RetryAfter.parse("Saturday, 21-Nov-94 08:00:30 GMT", NOW)).isEqualTo(Duration.ZERO);
    assertThat(RetryAfter.parse("Wed Dec  2 08:00:00 2026", NOW)).isEqualTo(Duration.ofDays(11));
    assertThat(RetryAfter.parse("sat, 21 nov 2026 08:00:30 gmt", NOW))
        .isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void nothingElseIs() {
    assertThat(RetryAfter.parse(null, NOW)).isNull();
    assertThat(RetryAfter.parse("", NOW)).isNull();
    assertThat(RetryAfter.parse("-5", NOW)).isNull();
    assertThat(RetryAfter.parse("soon", NOW)).isNull();
    assertThat(RetryAfter.parse("99999999999999999999", NOW)).isNull();
  }
}
