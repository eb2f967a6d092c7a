package dev.switchboard.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.queue.Notifications;
import dev.switchboard.push.testing.FcmPeer;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.FreezingProxy;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What waits for an access token or a connection is looked at again before it is sent. */
final class FcmDelayIT extends PushTest {
  private static final JsonObject RING =
      new JsonObject().put("type", "incoming_call").put("callId", "c1").put("callerName", "Bob");

  private final FcmPeer fcm = new FcmPeer();
  private final Vertx vertx = Vertx.vertx();
  private final Promise<Void> granted = Promise.promise();

  @AfterEach
  void stop() {
    fcm.close();
    Await.await(vertx.close());
  }

  private PushNode node(Map<String, String> settings) {
    return node("a", new RecordingSender(false), settings);
  }

  private void ring() {
    redis.send("HSET", "call:c1", "state", "ringing");
    redis.register("ann", "phone", "fcm", "token-number-1", clock.millis());
    Await.until(() -> redis.length(PushJobs.REGISTRATIONS) == 0);
    redis.job("ring", "incoming_call", "ann", RING, clock.millis() + 40_000);
  }

  private boolean isToBeTriedAgain() {
    return redis.send("ZCARD", "push:retries").toInteger() == 1;
  }

  private static JsonObject device(PushNode node) {
    return node.withRedis(link -> new Notifications(link).find("ring"))
        .orElseThrow()
        .getJsonArray("devices")
        .getJsonObject(0);
  }

  private void endCallAndTryAgain() {
    redis.send("HSET", "call:c1", "state", "ended");
    clock.advance(Duration.ofSeconds(20));
    untilDone();
  }

  private static void assertDropped(PushNode node) {
    assertThat(device(node).getMap())
        .containsEntry("status", "dropped")
        .containsEntry("reason", "call_over")
        .containsEntry("attempts", 1);
  }

  @Test
  void ringWhoseCallEndsWhileThereIsNoAccessTokenIsNotSent() {
    fcm.holdGrants(granted.future());
    try (PushNode node = node(fcm.settings())) {
      ring();
      Await.until(this::isToBeTriedAgain, 8);
      assertThat(device(node).getString("reason")).isEqualTo("no access token in time");
      granted.complete();
      endCallAndTryAgain();
      assertDropped(node);
      assertThat(fcm.received()).isEmpty();
    }
  }

  /** Ends the call while its ring waits; what it waits for comes a moment later. */
  private void endCallThen(Promise<Void> comes) {
    redis.send("HSET", "call:c1", "state", "ended");
    JsonObject end = RING.copy().put("type", "call_cancelled");
    redis.job("cancel", "call_cancelled", "ann", end, clock.millis() + 40_000);
    untilLookIsOld();
    comes.complete();
    Await.until(
        () -> {
          // on a busy machine it may have been put off
          clock.advance(Duration.ofMillis(isToBeTriedAgain() ? 100 : 0));
          return redis.queued() == 0;
        },
        30);
  }

  private void assertOnlyTheEndIsSent(PushNode node) {
    assertThat(device(node).getMap())
        .containsEntry("status", "dropped")
        .containsEntry("reason", "call_over");
    assertThat(fcm.received()).hasSize(1);
    assertThat(fcm.received().getFirst().getJsonObject("data").getString("type"))
        .isEqualTo("call_cancelled");
  }

  @Test
  void ringIsNotSentWhenItsCallEndsBeforeTheAccessTokenComes() {
    fcm.holdGrants(granted.future());
    try (PushNode node = node(fcm.settings())) {
      ring();
      Await.until(() -> fcm.grants() == 1);
      endCallThen(granted);
      assertOnlyTheEndIsSent(node);
    }
  }

  @Test
  void ringIsNotSentWhenItsCallEndsBeforeThereIsAConnection() {
    Promise<Void> through = Promise.promise();
    try (FreezingProxy proxy = new FreezingProxy(fcm.port())) {
      proxy.holdUntil(through.future());
      Map<String, String> settings = new HashMap<>(fcm.settings());
      settings.put("FCM_ENDPOINT", "https://localhost:" + proxy.port());
      try (PushNode node = node(settings)) {
        ring();
        Await.until(() -> proxy.asked() == 1);
        endCallThen(through);
        assertOnlyTheEndIsSent(node);
        assertThat(proxy.asked()).isEqualTo(1);
      }
    }
  }

  @Test
  void ringThatWaitedForAnAccessTokenIsSentForWhatIsLeftOfIt() {
    fcm.holdGrants(granted.future());
    try (PushNode _ = node(fcm.settings())) {
      ring();
      Await.until(() -> fcm.grants() == 1);
      clock.advance(Duration.ofSeconds(10));
      granted.complete();
      Await.until(
          () -> {
            // on a busy machine it may have been put off
            clock.advance(Duration.ofMillis(isToBeTriedAgain() ? 100 : 0));
            return !fcm.received().isEmpty();
          },
          30);
      String ttl = fcm.received().getFirst().getJsonObject("android").getString("ttl");
      assertThat(Integer.parseInt(ttl.replace("s", ""))).isBetween(1, 30);
    }
  }

  @Test
  void ringWhoseCallEndsWhileFcmTakesNoConnectionIsNotSent() {
    AtomicBoolean asked = new AtomicBoolean();
    int port =
        Await.await(
                vertx
                    .createNetServer()
                    .connectHandler(silent -> silent.handler(hello -> asked.set(true)))
                    .listen(0, "localhost"))
            .actualPort();
    Map<String, String> settings = new HashMap<>(fcm.settings());
    settings.put("FCM_ENDPOINT", "https://localhost:" + port);
    try (PushNode node = node(settings)) {
      ring();
      Await.until(this::isToBeTriedAgain, 8);
      assertThat(asked).isTrue();
      endCallAndTryAgain();
      assertDropped(node);
    }
  }
}
