package dev.switchboard.push.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.send.PushContents;
import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.push.JobField;
import dev.switchboard.shared.redis.stream.StreamEntry;
import dev.switchboard.shared.testing.fuzz.Damage;
import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import dev.switchboard.shared.testing.fuzz.Trial;
import io.vertx.core.json.JsonArray;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Entries of the queue's streams: each is a job that can be sent and filed again, or is none. */
final class PushJobFuzzTest {
  private static final List<JobField> TARGETS =
      List.of(
          JobField.USER_ID, JobField.ROOM_ID, JobField.TARGETS, JobField.TOPIC, JobField.EVERYONE);

  private static final Map<String, List<String>> DATA =
      Map.of(
          "callId", List.of("\"0b6d2f2e-0000-4000-8000-000000000000\""),
          "callerName", List.of("\"Ann\""),
          "roomId", List.of("\"r\""),
          "title", List.of("\"Hello\""),
          "badge", List.of("3", "\"/badge.png\""),
          "urgency", List.of("\"high\"", "\"HIGH\""),
          "tag", List.of("\"t\""),
          "actions", List.of("[{\"action\":\"a\",\"title\":\"A\"}]"));

  private static String usual(JobField field, RandomGenerator random) {
    return switch (field) {
      case ID -> "n1";
      case CAUSE -> OddJson.one(random, List.of(Cause.values())).wireName();
      case DATA -> OddJson.object(random, DATA);
      case CREATED_AT, DEADLINE -> Long.toString(1_700_000_000_000L + random.nextInt());
      case UNLESS -> "[[\"room:members:r\",\"client1\"]]";
      case ATTEMPTS, PAGE -> Integer.toString(random.nextInt(4));
      case DEVICES -> "[\"fcm|phone\"]";
      case PERSON -> "client" + random.nextInt(1, 4);
      case TARGETS -> "[\"fcm:1\",\"webpush:2\"]";
      case EVERYONE -> OddJson.onceIn(random, 2) ? "all" : "webpush";
      case APP -> "other";
      case USER_ID, ROOM_ID, OWNER, TOPIC, AFTER -> "x" + random.nextInt(9);
    };
  }

  private static Map<String, String> fields(RandomGenerator random) {
    Map<String, String> fields = new HashMap<>();
    JobField target = OddJson.one(random, TARGETS);
    for (JobField field : JobField.values()) {
      boolean another = TARGETS.contains(field) && field != target;
      if (OddJson.onceIn(random, another ? 20 : 1)) {
        String text = usual(field, random);
        fields.put(
            field.key(),
            switch (random.nextInt(60)) {
              case 0 -> Damage.text(random, text);
              case 1 -> OddJson.string(random);
              case 2 -> "";
              default -> text;
            });
      }
    }
    return fields;
  }

  @Test
  void anEntryIsAJobThatCanBeFiledAgainOrNone() throws InterruptedException {
    Fuzz.run(PushJobFuzzTest::isAJobOrNone).atLeast(0.4, "job").atLeast(0.05, "none");
  }

  private static void isAJobOrNone(Trial trial) {
    Map<String, String> fields = trial.of(fields(trial.random()));
    Optional<PushJob> read = PushJob.read(new StreamEntry("500-0", fields));
    if (read.isEmpty()) {
      trial.count("none");
      return;
    }
    PushJob job = read.get();
    assertThat(job.collapseKey()).isNotNull();
    assertThat(job.ringingCall()).isNotNull();
    assertThat(PushContents.of(job.cause(), job.data(), 0)).isNotNull();
    JsonArray again = job.fields();
    Map<String, String> filed = new HashMap<>();
    for (int i = 0; i < again.size(); i += 2) {
      filed.put(again.getString(i), again.getString(i + 1));
    }
    PushJob back = PushJob.read(new StreamEntry("500-0", filed)).orElseThrow();
    assertThat(back.target()).isEqualTo(job.target());
    assertThat(back.cause()).isEqualTo(job.cause());
    assertThat(back.unless()).isEqualTo(job.unless());
    assertThat(back.createdAt()).isEqualTo(job.createdAt());
    assertThat(back.deadline()).isEqualTo(job.deadline());
    assertThat(back.data().encode()).isEqualTo(job.data().encode());
    trial.count("job");
  }
}
