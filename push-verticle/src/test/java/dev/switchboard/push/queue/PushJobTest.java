package dev.switchboard.push.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.send.PushContents;
import dev.switchboard.push.tokens.DeviceToken;
import dev.switchboard.push.tokens.TokenType;
import dev.switchboard.shared.json.JsonLevels;
import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.push.JobField;
import dev.switchboard.shared.push.PushApps;
import dev.switchboard.shared.redis.stream.StreamEntry;
import io.vertx.core.json.JsonArray;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PushJobTest {
  private static Optional<PushJob> read(String... changes) {
    Map<String, String> fields =
        new HashMap<>(
            Map.of(
                "id", "n1",
                "cause", "incoming_call",
                "userId", "ann",
                "devices", "[\"fcm|phone\"]",
                "data", "{\"callId\":\"c1\",\"callerName\":\"Bob Secret\"}",
                "createdAt", "1000",
                "deadline", "46000"));
    for (int i = 0; i < changes.length; i += 2) {
      fields.put(changes[i], changes[i + 1]);
    }
    return PushJob.read(new StreamEntry("500-0", fields));
  }

  @Test
  void jobIsReadAsItWasWritten() {
    PushJob job = read().orElseThrow();
    assertThat(job.ringingCall()).isEqualTo("call:c1");
    assertThat(job.target()).isEqualTo(new Target.User("ann", Optional.of(Set.of("fcm|phone"))));
    assertThat(job.createdAt()).isEqualTo(1_000);
    assertThat(job.deadline()).isEqualTo(46_000);
  }

  @Test
  void whatIsTooDeepToBeFiledAgainIsNoJob() {
    String most = "{\"a\":".repeat(JsonLevels.INSIDE) + "1" + "}".repeat(JsonLevels.INSIDE);
    PushJob job = read("data", most).orElseThrow();
    assertThat(job.fields()).contains(most);
    assertThat(read("data", "{\"a\":" + most + "}")).isEmpty();
    assertThat(read("devices", "[".repeat(900) + "]".repeat(900))).isEmpty();
  }

  @Test
  void withoutDevicesItIsForAllAndWithoutTimesForADay() {
    PushJob job =
        read("devices", "", "createdAt", "x", "deadline", "", "cause", "missed_call").orElseThrow();
    assertThat(job.target()).isEqualTo(new Target.User("ann", Optional.empty()));
    assertThat(job.ringingCall()).isEmpty();
    assertThat(job.createdAt()).isEqualTo(500);
    assertThat(job.deadline()).isEqualTo(500 + 86_400_000);
  }

  @Test
  void whatIsNoJobIsNone() {
    assertThat(read("id", "")).isEmpty();
    assertThat(read("cause", "whim")).isEmpty();
    assertThat(read("data", "{nope")).isEmpty();
    assertThat(read("data", "[]")).isEmpty();
    assertThat(read("devices", "{}")).isEmpty();
    assertThat(read("unless", "[[1,2]]")).isEmpty();
    assertThat(read("unless", "[[\"k\"]]")).isEmpty();
    assertThat(read("userId", "", "roomId", "r", "person", "client3")).isEmpty();
  }

  @Test
  void everyJobThatIsWrittenIsReadAgainAndHasTheFieldsOfJobs() {
    Set<String> written = new HashSet<>();
    List<Target> targets =
        List.of(
            new Target.User("ann", Optional.empty()),
            new Target.User("ann", Optional.of(Set.of("fcm|phone"))),
            new Target.RoomPerson("r1", "client2"),
            new Target.Devices(List.of("fcm:1", "apns:2"), ""),
            new Target.Devices(List.of("fcm:1"), "ann"),
            new Target.Topic("news", "default"),
            new Target.Topic("news", "kids"),
            new Target.Everyone(true, null, "last", 3),
            new Target.Everyone(false, "kids", "last", 3));
    for (Target target : targets) {
      PushJob job = read("unless", "[[\"key\",\"\"]]").orElseThrow().with(target, 3, 2);
      JsonArray flat = job.fields();
      Map<String, String> fields = new HashMap<>();
      for (int i = 0; i < flat.size(); i += 2) {
        fields.put(flat.getString(i), flat.getString(i + 1));
      }
      assertThat(PushJob.read(new StreamEntry("1-0", fields))).contains(job);
      written.addAll(fields.keySet());
    }
    assertThat(written)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(JobField.values()).map(JobField::key).toList());
  }

  private static String tag(PushJob job) {
    return String.valueOf(PushContents.of(job.cause(), job.data(), 1).tag());
  }

  @Test
  void endOfARingTakesTheRingsPlaceAndNeverThatOfTheMissedCall() {
    PushJob ring = read().orElseThrow();
    PushJob cancel = read("cause", "call_cancelled").orElseThrow();
    PushJob missed = read("cause", "missed_call").orElseThrow();
    for (PushJob job : List.of(ring, cancel, missed)) {
      assertThat(tag(job)).isEqualTo(job.collapseKey());
    }
    assertThat(tag(cancel)).isEqualTo(tag(ring)).isEqualTo("c1");
    assertThat(tag(missed)).isEqualTo("missed-c1");
  }

  private static DeviceToken token(TokenType type, @Nullable String device) {
    return token(type, device, PushApps.DEFAULT);
  }

  private static DeviceToken token(TokenType type, @Nullable String device, String app) {
    Instant now = Instant.EPOCH;
    UUID id = UUID.randomUUID();
    return new DeviceToken(
        id, "ann", type, "t", "token", device, null, true, now, now, null, null, app, null);
  }

  @Test
  void voipTokenOfOneAppDoesNotStandForAnotherOnTheSamePhone() {
    DeviceToken voip = token(TokenType.APNS_VOIP, "phone", "kids");
    DeviceToken alert = token(TokenType.APNS, "phone", "kids");
    DeviceToken ofDefault = token(TokenType.APNS, "phone");
    assertThat(RecipientResolver.route(Cause.INCOMING_CALL, List.of(voip, alert, ofDefault)))
        .containsExactly(voip, ofDefault);
    assertThat(voip.reachField()).isEqualTo("apns_voip@kids|phone");
    assertThat(ofDefault.reachField()).isEqualTo("apns|phone");
  }

  @Test
  void ringGoesToTheVoipTokenOfADeviceAndNothingElseDoes() {
    DeviceToken alert = token(TokenType.APNS, "phone");
    DeviceToken voip = token(TokenType.APNS_VOIP, "phone");
    DeviceToken pad = token(TokenType.APNS, "pad");
    DeviceToken android = token(TokenType.FCM, "phone");
    List<DeviceToken> all = List.of(alert, voip, pad, android);
    assertThat(RecipientResolver.route(Cause.INCOMING_CALL, all))
        .containsExactly(voip, pad, android);
    assertThat(RecipientResolver.route(Cause.CALL_CANCELLED, all))
        .containsExactly(alert, pad, android);
    assertThat(RecipientResolver.route(Cause.CUSTOM, List.of(voip))).isEmpty();
  }
}
