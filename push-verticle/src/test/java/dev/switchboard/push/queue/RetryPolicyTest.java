package dev.switchboard.push.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.queue.RetryPolicy.Next;
import dev.switchboard.shared.push.Cause;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RetryPolicyTest {
  private static final long DAY = 86_400_000;

  private static Next custom(String type, int attempts, double random) {
    return RetryPolicy.next(Cause.CUSTOM, type, attempts, null, 0, DAY, random);
  }

  @Test
  void threeRetriesThatGrowWithJitter() {
    assertThat(custom("apns", 1, 0)).isEqualTo(new Next.Again(1_000));
    assertThat(custom("apns", 2, 0)).isEqualTo(new Next.Again(2_000));
    assertThat(custom("webpush", 3, 0.5)).isEqualTo(new Next.Again(5_000));
    assertThat(custom("apns", 4, 0)).isEqualTo(new Next.Exhausted());
  }

  @Test
  void fcmIsGivenTenSecondsUnlessARingHasLess() {
    assertThat(custom("fcm", 1, 0)).isEqualTo(new Next.Again(10_000));
    assertThat(RetryPolicy.next(Cause.INCOMING_CALL, "fcm", 1, null, 0, 45_000, 0))
        .isEqualTo(new Next.Again(10_000));
    assertThat(RetryPolicy.next(Cause.INCOMING_CALL, "fcm", 1, null, 0, 8_000, 0))
        .isEqualTo(new Next.Again(1_000));
  }

  @Test
  void fcmThatWasNotAskedNeedsNoPatience() {
    assertThat(RetryPolicy.next(Cause.INCOMING_CALL, "fcm", 1, Duration.ZERO, 0, 45_000, 0))
        .isEqualTo(new Next.Again(1_000));
  }

  @Test
  void whatTheProviderAsksForIsHonouredAndMayBeTooLate() {
    Duration minute = Duration.ofMinutes(1);
    assertThat(RetryPolicy.next(Cause.CUSTOM, "fcm", 1, minute, 0, DAY, 0))
        .isEqualTo(new Next.Again(60_000));
    assertThat(RetryPolicy.next(Cause.INCOMING_CALL, "fcm", 1, minute, 0, 45_000, 0))
        .isEqualTo(new Next.TooLate());
    assertThat(RetryPolicy.next(Cause.INCOMING_CALL, "apns", 1, null, 0, 900, 0))
        .isEqualTo(new Next.TooLate());
  }
}
