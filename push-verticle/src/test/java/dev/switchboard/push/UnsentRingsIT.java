package dev.switchboard.push;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.switchboard.push.send.Outcome;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Each ring that reaches no device leaves one line, under its call's id, with the reason. */
final class UnsentRingsIT extends PushTest {
  private static final Logger QUEUE =
      (Logger) LoggerFactory.getLogger("dev.switchboard.push.queue");
  private static final Level BEFORE = QUEUE.getLevel();

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          if (event.getFormattedMessage().startsWith("push ")) {
            lines.add(event.getLevel() + " " + event.getFormattedMessage() + about(event));
          }
        }
      };

  private static String about(ILoggingEvent event) {
    StringBuilder keys = new StringBuilder();
    event.getKeyValuePairs().forEach(pair -> keys.append(' ').append(pair.key + "=" + pair.value));
    return keys.toString();
  }

  @BeforeEach
  void listen() {
    QUEUE.setLevel(Level.INFO);
    appender.start();
    QUEUE.addAppender(appender);
    redis.register("ann", "phone", "fcm", "fcm-registration-1", clock.millis());
  }

  @AfterEach
  void stopListening() {
    QUEUE.detachAppender(appender);
    QUEUE.setLevel(BEFORE);
  }

  private void ring(String id, String user, String state, long deadline) {
    redis.send("HSET", "call:c-" + id, "state", state);
    redis.job(id, "incoming_call", user, new JsonObject().put("callId", "c-" + id), deadline);
  }

  private String line(String id) {
    Await.until(() -> lines.stream().anyMatch(line -> line.contains("callId=c-" + id)));
    return lines.stream().filter(line -> line.contains("callId=c-" + id)).findFirst().orElseThrow();
  }

  private long soon() {
    return clock.millis() + 45_000;
  }

  @Test
  void ringThatIsNotEvenTriedSaysWhy() {
    try (PushNode node = node("a", new RecordingSender(false))) {
      ring("answered", "ann", "accepted", soon());
      ring("late", "ann", "ringing", clock.millis() - 1);
      ring("nobody", "eve", "ringing", soon());
      assertThat(line("answered"))
          .startsWith("INFO push incoming_call is dropped: call_over")
          .contains("notificationId=answered");
      assertThat(line("late")).startsWith("INFO push incoming_call is expired: deadline");
      assertThat(line("nobody")).startsWith("INFO push incoming_call").contains(": no_device");
      untilDone();
      assertThat(lines).hasSize(3);
      assertThat(node.counted("incoming_call", "expired")).isEqualTo(1);
    }
  }

  @Test
  void ringThatTheProviderRefusesOrNeverTakesSaysWhyOnce() {
    RecordingSender sender = new RecordingSender(false);
    try (PushNode node = node("a", sender)) {
      sender.answering(
          (push, device) ->
              switch (push.id()) {
                case "refused" -> new Outcome.Rejected("SENDER_ID_MISMATCH");
                case "gone" ->
                    new Outcome.Gone("UNREGISTERED", clock.instant(), Outcome.Kind.CERTAIN);
                case "busy" -> new Outcome.Unavailable("429", Duration.ofSeconds(90));
                default -> new Outcome.Accepted("x");
              });
      ring("refused", "ann", "ringing", soon());
      ring("busy", "ann", "ringing", soon());
      ring("sent", "ann", "ringing", soon());
      assertThat(line("refused"))
          .matches("INFO push incoming_call to fcm:.* is failed: SENDER_ID_MISMATCH .*");
      assertThat(line("busy")).matches("INFO push incoming_call to fcm:.* is expired: 429 .*");
      ring("gone", "ann", "ringing", soon());
      assertThat(line("gone"))
          .matches("INFO push incoming_call to fcm:.* is failed: UNREGISTERED .*");
      untilDone();
      assertThat(lines).hasSize(3);
      assertThat(node.counted("incoming_call", "sent")).isEqualTo(1);
    }
  }

  @Test
  void ringIsDroppedWithALineWherePushIsOff() {
    try (PushNode node = node("a", new RecordingSender(false), Map.of("PUSH_ENABLED", "false"))) {
      ring("off", "ann", "ringing", soon());
      assertThat(line("off")).startsWith("INFO push incoming_call is dropped: push_off");
      assertThat(node.counted("incoming_call", "dropped")).isEqualTo(1);
    }
  }
}
