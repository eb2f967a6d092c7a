package dev.switchboard.push.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.send.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ApnsAnswersTest {
  private static final Instant BEGUN = Instant.ofEpochSecond(1_000);
  private static final UUID OURS = new UUID(1, 1);

  private static Outcome read(int status, @Nullable UUID id, @Nullable String reason) {
    return ApnsAnswers.read(new ApnsAnswer(status, id, reason, null, null), OURS, BEGUN);
  }

  @Test
  void acceptedWithoutAnIdIsAcceptedUnderOurs() {
    assertThat(read(200, null, null)).isEqualTo(new Outcome.Accepted(OURS.toString()));
    UUID theirs = new UUID(2, 2);
    assertThat(read(200, theirs, null)).isEqualTo(new Outcome.Accepted(theirs.toString()));
  }

  @Test
  void withoutAReasonTheStatusCounts() {
    assertThat(read(410, OURS, null))
        .isEqualTo(new Outcome.Gone("status 410", BEGUN, Outcome.Kind.CERTAIN));
    assertThat(read(503, OURS, null)).isEqualTo(new Outcome.Unavailable("status 503", null));
    assertThat(read(403, OURS, null)).isEqualTo(new Outcome.Rejected("status 403"));
  }

  @Test
  void badDeviceTokenNeedsCorroboration() {
    assertThat(read(400, OURS, "BadDeviceToken"))
        .isEqualTo(new Outcome.Gone("BadDeviceToken", BEGUN, Outcome.Kind.NEEDS_CORROBORATION));
  }

  @Test
  void whatIsTooLargeMayBeTakenWithLess() {
    assertThat(read(413, OURS, "PayloadTooLarge"))
        .isEqualTo(new Outcome.Rejected("PayloadTooLarge", true));
    assertThat(read(413, OURS, null)).isEqualTo(new Outcome.Rejected("status 413", true));
  }

  @Test
  void overloadIsTriedAgainWhenTheServiceSays() {
    Duration wait = Duration.ofSeconds(9);
    assertThat(
            ApnsAnswers.read(new ApnsAnswer(429, OURS, "TooManyRequests", null, wait), OURS, BEGUN))
        .isEqualTo(new Outcome.Unavailable("TooManyRequests", wait));
  }
}
