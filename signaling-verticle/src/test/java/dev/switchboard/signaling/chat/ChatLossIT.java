package dev.switchboard.signaling.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.Forwarder;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.signaling.edge.EdgeBatch;
import dev.switchboard.signaling.edge.EdgeEnvelope;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Redis did although its answer was lost, and the client was told that nobody knows. */
final class ChatLossIT {
  private static Forwarder redis;
  private static ChatNodes nodes;

  private final String room = UUID.randomUUID().toString();

  @BeforeAll
  static void start() {
    redis = new Forwarder("127.0.0.1", RealRedis.port());
    nodes = new ChatNodes(Map.of("CHAT_REDIS_URL", "redis://127.0.0.1:" + redis.port()));
  }

  @AfterAll
  static void stop() {
    nodes.close();
    redis.close();
  }

  @AfterEach
  void hangUp() {
    nodes.hangUp();
  }

  private JsonObject of(String userId) {
    return new JsonObject().put("sessionId", room).put("userId", userId);
  }

  /** What the client is answered when Redis does something and nobody hears of it. */
  private static void lose(String text, ChatApp app, String event, JsonObject payload) {
    redis.loseAnswerTo(text);
    JsonObject answer = app.ask(event, payload);
    assertThat(answer.getBoolean("success")).isFalse();
    assertThat(answer.getJsonObject("error").getString("code")).isEqualTo("STORE_UNAVAILABLE");
  }

  /** The same for what is tried again until Redis answers. */
  private static JsonObject loseOnce(String text, ChatApp app, String event, JsonObject payload) {
    redis.loseAnswerTo(text);
    JsonObject answer = app.ask(event, payload);
    assertThat(answer.getBoolean("success")).as(answer.encode()).isTrue();
    return answer;
  }

  /** Asks until Redis answers again. */
  private static JsonObject again(ChatApp app, String event, JsonObject payload) {
    JsonObject[] last = new JsonObject[1];
    Await.until(
        () -> {
          last[0] = app.ask(event, payload);
          return last[0].getBoolean("success");
        });
    return last[0];
  }

  private static long count(ChatApp app, String event) {
    return Collections.frequency(app.heard(), event);
  }

  /** Sees where the messages that cross nodes stand in their session. */
  private static void watch(DeliveryContext<Object> delivery, Set<Long> orders) {
    if (delivery.body() instanceof EdgeBatch batch) {
      for (EdgeEnvelope envelope : batch.envelopes()) {
        if (envelope.message().note() instanceof ChatFanout.Note.Message message) {
          orders.add(message.place().order());
        }
      }
    }
    delivery.next();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 700_000})
  void messageThatItKeptIsDeliveredOnce(int size) {
    Set<Long> orders = ConcurrentHashMap.newKeySet();
    Handler<DeliveryContext<Object>> watch = delivery -> watch(delivery, orders);
    nodes.vertx.eventBus().addOutboundInterceptor(watch);
    ChatApp ann = nodes.guest(0).create(room, "ann", "group");
    ChatApp bob = nodes.guest(1).enter(room, "bob");
    JsonObject message =
        new JsonObject()
            .put("sessionId", room)
            .put("from", "ann")
            .put("encrypted", "x".repeat(size))
            .put("clientMessageId", "m1");
    assertThat(loseOnce("\"uploaded\":", ann, "send-message", message).getString("id"))
        .isEqualTo("m1");
    assertThat(again(ann, "send-message", message).getString("id")).isEqualTo("m1");
    again(ann, "send-message", message.put("clientMessageId", "m2"));
    Await.until(() -> count(bob, "new-message") == 2 && count(ann, "message-sent") == 2);
    assertThat(bob.all("new-message").stream().map(m -> m.getString("id")))
        .containsExactlyInAnyOrder("m1", "m2");
    nodes.vertx.eventBus().removeOutboundInterceptor(watch);
    assertThat(orders).containsExactlyInAnyOrder(1L, 2L);
    ChatApp eve = nodes.guest(1).enter(room, "eve");
    assertThat(eve.hear("messages-history").getJsonArray("list")).hasSize(2);
  }

  @Test
  void whoLeftIsMissed() {
    ChatApp ann = nodes.guest(0).create(room, "ann", "private");
    ChatApp bob = nodes.guest(1).enter(room, "bob");
    loseOnce("\"leaving\":", bob, "leave-session", of("bob"));
    assertThat(ann.hear("user-left").getString("displayName")).isEqualTo("BOB");
    nodes.guest(1).enter(room, "eve");
    ann.hear("user-joined");
    ann.hear("user-joined");
    assertThat(count(ann, "user-left")).isEqualTo(1);
  }

  @Test
  void whoDroppedIsMissed() {
    ChatApp ann = nodes.guest(0).create(room, "ann", "private");
    ChatApp bob = nodes.guest(1).enter(room, "bob");
    redis.loseAnswerTo("\"again\":");
    bob.drop();
    assertThat(ann.hear("user-left").getString("displayName")).isEqualTo("BOB");
    nodes.guest(1).enter(room, "bob");
    ann.hear("user-joined");
    assertThat(count(ann, "user-left")).isEqualTo(1);
  }

  @Test
  void whoCameInUnknownToAllIsAnnounced() {
    ChatApp ann = nodes.guest(0).create(room, "ann", "private");
    ChatApp bob = nodes.guest(1);
    loseOnce("\"step\":\"enter\"", bob, "join-session", ChatApp.join(room, "bob", "K"));
    assertThat(ann.hear("user-joined").getString("userId")).isEqualTo("bob");
    ann.tell(
        "send-message",
        new JsonObject().put("sessionId", room).put("from", "ann").put("encrypted", "hi"));
    bob.hear("new-message");
    assertThat(count(ann, "user-joined")).isEqualTo(1);
    assertThat(count(ann, "user-left")).isZero();
  }

  @Test
  void whoCameInUnknownToAllAndDropsTakesNobodysSeat() {
    ChatApp ann = nodes.guest(0).create(room, "ann", "private");
    ChatApp bob = nodes.guest(1);
    redis.loseAnswerTo("\"step\":\"enter\"");
    bob.tell("join-session", ChatApp.join(room, "bob", "K"));
    Await.until(() -> nodes.redis("hget", "chat:members:" + room, "bob") != null);
    bob.drop();
    Await.until(
        () ->
            nodes
                .redis("hget", "chat:members:" + room, "bob")
                .toString()
                .contains("\"socketId\":\"\""));
    Await.until(() -> count(ann, "user-joined") == count(ann, "user-left"));
  }
}
