package dev.switchboard.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.queue.PushOrder;
import dev.switchboard.push.queue.PushQueue;
import dev.switchboard.push.send.Outcome;
import dev.switchboard.push.tokens.DeviceToken;
import dev.switchboard.push.tokens.TokenStore;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of two nodes one is slow, or gone: what it has in hand is left to it, or taken over. */
final class ClaimsIT extends PushTest {
  /** After how long the test's nodes take over what somebody has had in hand. */
  private static final long TAKEN_OVER_MILLIS = 6_000;

  private final Promise<Outcome> answer = Promise.promise();

  private void register() {
    redis.register("ann", "phone", "fcm", "fcm-registration-1", clock.millis());
    Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
  }

  /** For how long the one entry of a stream has been in hand. */
  private long inHandMillis(String stream) {
    var pending = redis.send("XPENDING", stream, "push", "-", "+", 1);
    if (pending.size() == 0) {
      return 0;
    }
    String id = pending.get(0).get(0).toString();
    var time = redis.send("TIME");
    return time.get(0).toLong() * 1_000
        + time.get(1).toLong() / 1_000
        - Long.parseLong(id.substring(0, id.indexOf('-')));
  }

  @Test
  void slowAnswerIsNotASecondPushByAnotherNode() {
    RecordingSender one = new RecordingSender(false).answeringBy(answer.future());
    RecordingSender other = new RecordingSender(false).answeringBy(answer.future());
    try (PushNode a = node("a", one);
        PushNode b = node("b", other)) {
      register();
      JsonObject data = new JsonObject().put("callId", "c1");
      redis.job("n1", "missed_call", "ann", data, clock.millis() + 3_600_000);
      Await.until(() -> inHandMillis(PushJobs.JOBS) > TAKEN_OVER_MILLIS + 2_000, 30);
      answer.complete(new Outcome.Accepted("late"));
      untilDone();
      Await.until(() -> a.counted("missed_call", "sent") + b.counted("missed_call", "sent") == 1);
      assertThat(one.sent.size() + other.sent.size()).isEqualTo(1);
    }
  }

  @Test
  void slowAnswerInABroadcastIsNotASecondPush() {
    RecordingSender one = new RecordingSender(false).answeringBy(answer.future());
    RecordingSender other = new RecordingSender(false).answeringBy(answer.future());
    try (PushNode a = node("a", one);
        PushNode b = node("b", other)) {
      for (int i = 0; i < 20; i++) {
        redis.register("user" + i, "phone", "fcm", "fcm-registration-" + i, clock.millis());
      }
      Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
      PushOrder order =
          new PushOrder(
              new JsonObject().put("title", "T").put("body", "B"), Duration.ofHours(1), null);
      a.withRedis(link -> new PushQueue(link, clock).toEveryone(order, true, null, 20));
      Await.until(() -> inHandMillis(PushJobs.BULK) > TAKEN_OVER_MILLIS + 2_000, 30);
      answer.complete(new Outcome.Accepted("late"));
      untilDone();
      Await.until(() -> a.counted("custom", "sent") + b.counted("custom", "sent") == 20);
      assertThat(one.sent.size() + other.sent.size()).isEqualTo(20);
    }
  }

  @Test
  void allThatANodeHadInHandIsTakenOverInOneGo() {
    RecordingSender hung = new RecordingSender(true);
    RecordingSender other = new RecordingSender(false);
    PushNode gone = node("a", hung);
    try {
      register();
      DeviceToken phone = Await.await(new TokenStore(gone.postgres).list("ann")).getFirst();
      for (int i = 0; i < 50; i++) {
        PushOrder order =
            new PushOrder(
                new JsonObject().put("title", "T").put("body", "B" + i), Duration.ofHours(1), null);
        gone.withRedis(link -> new PushQueue(link, clock).toDevices(order, "ann", List.of(phone)));
      }
      Await.until(() -> redis.pending(PushJobs.BULK) > 20, 30);
      gone.vanish();
      try (PushNode b = node("b", other)) {
        Await.until(() -> b.counted("custom", "sent") == 50, 30);
        assertThat(new HashSet<>(other.sent)).hasSize(50);
      }
    } finally {
      gone.close();
    }
  }
}
