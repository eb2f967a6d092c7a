package dev.switchboard.shared.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.TestClock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RedisClockTest {
  private final TestClock machine = new TestClock();
  private final long start = machine.millis();
  private long monotonic = 5_000_000_000L;
  private final RedisClock clock =
      new RedisClock(
          () -> {
            throw new AssertionError("nobody has deployed it");
          },
          machine,
          () -> monotonic);

  private void pass(long millis) {
    monotonic += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Redis has a time in the middle of a request. */
  private void redisSays(long epochMillis, long requestMillis) {
    long asked = monotonic;
    pass(requestMillis);
    clock.heard(TimeUnit.MILLISECONDS.toNanos(epochMillis), asked, monotonic);
  }

  @Test
  void machineCountsUntilRedisHasAnswered() {
    pass(1_500);
    assertThat(clock.millis()).isEqualTo(start + 1_500);
    assertThat(clock.instant().toEpochMilli()).isEqualTo(start + 1_500);
  }

  @Test
  void machineThatIsSetMovesNothing() {
    redisSays(start, 2);
    machine.advance(Duration.ofMinutes(-2));
    pass(700);
    assertThat(clock.millis()).isEqualTo(start + 702);
    redisSays(start + 702, 2);
    assertThat(clock.millis()).isEqualTo(start + 704);
  }

  @Test
  void redisThatIsAheadOrBehindIsFollowedAtOnce() {
    redisSays(start + 60_000, 2);
    assertThat(clock.millis()).isBetween(start + 60_000, start + 60_002);
    pass(1_000);
    redisSays(start - 60_000, 2);
    assertThat(clock.millis()).isBetween(start - 60_000, start - 59_998);
  }

  @Test
  void answerThatFitsMovesNothingHoweverLateItIs() {
    redisSays(start + 1, 2);
    final long before = clock.millis();
    redisSays(before + 1_900, 2_000);
    assertThat(clock.millis()).isEqualTo(before + 2_000);
    redisSays(before + 2_050, 2_000);
    assertThat(clock.millis()).isEqualTo(before + 4_000);
  }
}
