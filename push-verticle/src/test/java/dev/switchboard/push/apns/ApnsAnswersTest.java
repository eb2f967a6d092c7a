package dev.switchboard.push.apns;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.switchboard.push.send.Outcome;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ApnsAnswersTest {
  private static final Instant BEGUN = Instant.ofEpochSecond(1_000);
  private static final UUID OURS = new UUID(1, 1);
  private static final SimpleApnsPushNotification PUSH =
      new SimpleApnsPushNotification(
          "ab".repeat(32), "com.example.app", "{}", null, null, null, null, OURS);

  private record Answer(int status, @Nullable UUID id, @Nullable String reason)
      implements PushNotificationResponse<SimpleApnsPushNotification> {
    @Override
    public SimpleApnsPushNotification getPushNotification() {
      return PUSH;
    }

    @Override
    public boolean isAccepted() {
      return status == 200;
    }

    @Override
    @SuppressWarnings("NullAway") // pushy says nothing of null, and answers it
    public UUID getApnsId() {
      return id;
    }

    @Override
    public Optional<UUID> getApnsUniqueId() {
      return Optional.empty();
    }

    @Override
    public int getStatusCode() {
      return status;
    }

    @Override
    public Optional<String> getRejectionReason() {
      return Optional.ofNullable(reason);
    }

    @Override
    public Optional<Instant> getTokenInvalidationTimestamp() {
      return Optional.empty();
    }
  }

  @Test
  void acceptedWithoutAnIdIsAcceptedUnderOurs() {
    assertThat(ApnsAnswers.read(new Answer(200, null, null), BEGUN))
        .isEqualTo(new Outcome.Accepted(OURS.toString()));
    UUID theirs = new UUID(2, 2);
    assertThat(ApnsAnswers.read(new Answer(200, theirs, null), BEGUN))
        .isEqualTo(new Outcome.Accepted(theirs.toString()));
  }

  @Test
  void withoutAReasonTheStatusCounts() {
    assertThat(ApnsAnswers.read(new Answer(410, OURS, null), BEGUN))
        .isEqualTo(new Outcome.Gone("status 410", BEGUN, Outcome.Kind.CERTAIN));
    assertThat(ApnsAnswers.read(new Answer(503, OURS, null), BEGUN))
        .isEqualTo(new Outcome.Unavailable("status 503", null));
    assertThat(ApnsAnswers.read(new Answer(403, OURS, null), BEGUN))
        .isEqualTo(new Outcome.Rejected("status 403"));
  }

  @Test
  void badDeviceTokenNeedsCorroboration() {
    assertThat(ApnsAnswers.read(new Answer(400, OURS, "BadDeviceToken"), BEGUN))
        .isEqualTo(new Outcome.Gone("BadDeviceToken", BEGUN, Outcome.Kind.NEEDS_CORROBORATION));
  }
}
