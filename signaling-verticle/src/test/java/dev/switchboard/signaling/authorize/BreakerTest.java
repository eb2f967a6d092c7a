package dev.switchboard.signaling.authorize;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BreakerTest {
  private final Breaker breaker = new Breaker();

  private boolean failed(int times, long now) {
    boolean opened = false;
    for (int i = 0; i < times; i++) {
      opened |= breaker.failed(now);
    }
    return opened;
  }

  @Test
  void opensAfterFailuresInARow() {
    assertThat(failed(Breaker.FAILURES - 1, 0)).isFalse();
    breaker.answered();
    assertThat(failed(Breaker.FAILURES - 1, 0)).isFalse();
    assertThat(breaker.lets(0)).isTrue();
    assertThat(failed(1, 0)).isTrue();
    assertThat(breaker.lets(0)).isFalse();
    assertThat(breaker.lets(Breaker.OPEN_NANOS - 1)).isFalse();
  }

  @Test
  void thenOneAsksForAll() {
    failed(Breaker.FAILURES, 0);
    assertThat(breaker.lets(Breaker.OPEN_NANOS)).isTrue();
    assertThat(breaker.lets(Breaker.OPEN_NANOS)).isFalse();
    assertThat(failed(1, Breaker.OPEN_NANOS)).isFalse();
    assertThat(breaker.lets(2 * Breaker.OPEN_NANOS - 1)).isFalse();
    assertThat(breaker.lets(2 * Breaker.OPEN_NANOS)).isTrue();
    breaker.answered();
    assertThat(breaker.lets(2 * Breaker.OPEN_NANOS)).isTrue();
  }
}
