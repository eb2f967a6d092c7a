package dev.switchboard.push.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.send.CauseLook;
import dev.switchboard.push.send.Push;
import dev.switchboard.push.send.PushContents;
import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RingOrderTest {
  private static final PushDevice PHONE = new TopicDevice("phone", "default");
  private static final PushDevice PAD = new TopicDevice("pad", "default");

  private final Vertx vertx = Vertx.vertx();
  private RingOrder order = new RingOrder(vertx, 60_000);
  private final Promise<String> answered = Promise.promise();
  private final List<String> sent = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    Await.await(vertx.close());
  }

  private static Push push(Cause cause, String call) {
    JsonObject data = new JsonObject().put("callId", call);
    return new Push("n1", cause, PushContents.of(cause, data, 1), call, 1, 2, CauseLook.NEVER_OVER);
  }

  private void ring() {
    order.send(push(Cause.INCOMING_CALL, "c1"), PHONE, answered::future);
  }

  private void cancel(String call, PushDevice device) {
    order.send(
        push(Cause.CALL_CANCELLED, call),
        device,
        () -> {
          sent.add(call + " " + device.key());
          return Future.succeededFuture();
        });
  }

  @Test
  void endOfACallGoesAfterTheRingThatIsUnderWayToTheDevice() {
    ring();
    cancel("c1", PHONE);
    assertThat(sent).isEmpty();
    answered.complete("sent");
    assertThat(sent).containsExactly("c1 " + PHONE.key());
  }

  @Test
  void itGoesAfterARingThatFailsToo() {
    ring();
    cancel("c1", PHONE);
    answered.fail("no answer");
    assertThat(sent).hasSize(1);
  }

  @Test
  void ringThatIsNotAnsweredIsNotWaitedForLong() {
    order = new RingOrder(vertx, 1);
    ring();
    cancel("c1", PHONE);
    Await.until(() -> sent.size() == 1);
  }

  @Test
  void otherDevicesOtherCallsAndWhatComesLaterDoNotWait() {
    ring();
    cancel("c1", PAD);
    cancel("c2", PHONE);
    assertThat(sent).hasSize(2);
    answered.complete("sent");
    cancel("c1", PHONE);
    assertThat(sent).hasSize(3);
  }
}
