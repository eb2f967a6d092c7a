package dev.switchboard.push.send;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.switchboard.push.stream.StreamEntry;
import dev.switchboard.push.tokens.DeviceToken;
import dev.switchboard.push.tokens.TokenType;
import dev.switchboard.shared.testing.Await;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

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
    assertThat(job.ringingCall()).contains("c1");
    assertThat(job.isFor("fcm|phone")).isTrue();
    assertThat(job.isFor("fcm|pad")).isFalse();
    assertThat(job.createdAt()).isEqualTo(1_000);
    assertThat(job.deadline()).isEqualTo(46_000);
  }

  @Test
  void withoutDevicesItIsForAllAndWithoutTimesForADay() {
    PushJob job =
        read("devices", "", "createdAt", "x", "deadline", "", "cause", "missed_call").orElseThrow();
    assertThat(job.isFor("apns|anything")).isTrue();
    assertThat(job.ringingCall()).isEmpty();
    assertThat(job.createdAt()).isEqualTo(500);
    assertThat(job.deadline()).isEqualTo(500 + 86_400_000);
  }

  @Test
  void whatIsNoJobIsNone() {
    assertThat(read("id", "")).isEmpty();
    assertThat(read("data", "{nope")).isEmpty();
    assertThat(read("data", "[]")).isEmpty();
    assertThat(read("devices", "{}")).isEmpty();
  }

  @Test
  void mockLogsIdsAndTheCutTokenAndNoBody() {
    Logger logger = (Logger) LoggerFactory.getLogger(MockSender.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try {
      Instant now = Instant.ofEpochMilli(1);
      String token = "abcdefghijklmnop" + "SECRET".repeat(20);
      DeviceToken device =
          new DeviceToken(
              new UUID(1, 1),
              "ann",
              TokenType.FCM,
              token,
              "token",
              "phone",
              null,
              true,
              now,
              now,
              null,
              null);
      Await.await(new MockSender().send(read().orElseThrow().push(1), device));
    } finally {
      logger.detachAppender(lines);
    }
    String line = lines.list.getFirst().getFormattedMessage();
    assertThat(line).contains("incoming_call", "n1", "ann", "c1", "abcdefghijklmnop");
    assertThat(line).doesNotContain("SECRET").doesNotContain("Secret");
  }
}
