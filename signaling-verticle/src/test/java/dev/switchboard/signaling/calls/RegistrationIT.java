package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.call;
import static dev.switchboard.signaling.calls.Payloads.initiate;
import static dev.switchboard.signaling.calls.Payloads.of;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** How devices come, renew themselves and go. */
@ParameterizedClass
@ValueSource(strings = {"websocket", "polling"})
final class RegistrationIT extends CallsTest {
  @Test
  void registrationAnswersAndRefuses() {
    Phone phone = nodes.connected(0, ann);
    assertAck(phone.ask("register", new JsonObject())).isRefused("E003");
    assertThat(phone.hear("registration_error").getString("code")).isEqualTo("E003");
    phone.tell("register", new JsonObject().put("userId", bob));
    assertThat(phone.hear("registration_error").getString("code")).isEqualTo("E203");

    JsonObject answer = phone.ask("register", new JsonObject().put("userId", ann));
    assertThat(answer.getBoolean("success")).isTrue();
    assertThat(answer.getString("userId")).isEqualTo(ann);
    assertThat(answer.getString("sessionId")).isEqualTo(phone.id());
    assertThat(answer.getString("deviceId")).isEqualTo(phone.id());
    assertThat(answer.getBoolean("resumed")).isFalse();
    assertThat(answer.getJsonArray("iceServers")).isNotEmpty();
    assertThat(phone.hear("registered")).isEqualTo(answer);

    assertThat(phone.ask("register", new JsonObject().put("userId", ann)))
        .isEqualTo(
            new JsonObject()
                .put("success", true)
                .put("message", "Already registered")
                .put("sessionId", phone.id()));
    assertAck(phone.ask("register_voip_token", new JsonObject().put("voipToken", "ab".repeat(32))))
        .isSuccess();
    assertThat(nodes.redis("HEXISTS", "push:reach:" + ann, "apns_voip|" + phone.id()).toInteger())
        .isEqualTo(1);
  }

  @Test
  void newerSocketOfADeviceDisplacesTheOlder() {
    Phone older = nodes.registered(0, ann, "phone");
    Phone newer = nodes.registered(1, ann, "phone");
    Phone other = nodes.registered(0, ann, "pad");
    older.hear("displaced");
    older.hear("(disconnect)");
    assertThat(older.heard()).containsExactly("displaced", "(disconnect)");
    Phone caller = nodes.registered(0, bob, "phone");
    initiate(caller, ann);
    newer.hear("incoming_call");
    other.hear("incoming_call");
  }

  @Test
  void unregisteringEndsTheCallAndTakesSessionsAndTokens() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    nodes.reachable(bob, "phone");
    String callId = initiate(caller, bob);
    assertAck(callee.ask("call_accept", of(callId))).isSuccess();
    assertThat(callee.ask("unregister", new JsonObject()))
        .isEqualTo(new JsonObject().put("success", true));
    assertAck(callee.ask("unregister", new JsonObject())).isSuccess();
    assertThat(caller.hear("call_end").getString("reason")).isEqualTo("hangup");
    assertThat(nodes.redis("EXISTS", "session:user:" + bob, "push:reach:" + bob).toInteger())
        .isZero();
    assertAck(caller.ask("call_initiate", call(bob))).isRefused("E103");
    assertAck(callee.ask("call_initiate", call(ann))).isRefused("E203");
    callee.register(bob, "phone");
    initiate(caller, bob);
    callee.hear("incoming_call");
  }

  @Test
  void pingIsAnsweredByAcknowledgementOrPong() {
    Phone guest = nodes.phone(0, "").connect();
    JsonObject answer = guest.ask("ping", new JsonObject().put("any", "thing"));
    assertThat(answer.getLong("timestamp")).isPositive();
    assertThat(answer.getString("serverTime")).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
    guest.tell("ping", new JsonObject());
    assertThat(guest.hear("pong").fieldNames())
        .containsExactlyInAnyOrder("timestamp", "serverTime");
  }

  @Test
  void tokensThatDoNotHoldAreRefusedWithTheirCode() {
    JsonObject expired = nodes.phone(0, nodes.expiredToken(ann)).refused();
    assertThat(expired.getString("message")).isEqualTo("Token expired");
    assertThat(expired.getJsonObject("data").getString("code")).isEqualTo("E202");
    JsonObject invalid = nodes.phone(0, "not.a.token").refused();
    assertThat(invalid.getString("message")).isEqualTo("Invalid token");
    assertThat(invalid.getJsonObject("data").getString("code")).isEqualTo("E201");
  }

  @Test
  void tokenCanBeRenewedByTheSameUserOnly() {
    Phone phone = nodes.registered(0, ann, "phone");
    assertAck(phone.ask("refresh_token", new JsonObject().put("token", nodes.token(ann))))
        .isSuccess();
    assertAck(phone.ask("refresh_token", new JsonObject().put("token", nodes.token(bob))))
        .isRefused("E203");
    assertAck(phone.ask("refresh_token", new JsonObject().put("token", "x"))).isRefused("E201");
    assertAck(phone.ask("refresh_token", new JsonObject().put("token", nodes.expiredToken(ann))))
        .isRefused("E202");
    assertAck(phone.ask("refresh_token", new JsonObject())).isRefused("E302");
  }

  @Test
  void sessionIsInRedisUnderItsKeysForADay() {
    Phone phone = nodes.connected(0, ann);
    phone.ask(
        "register",
        new JsonObject().put("userId", ann).put("deviceId", "phone").put("platform", "android"));
    JsonObject session =
        new JsonObject(nodes.redis("HGET", "session:user:" + ann, "phone").toString());
    assertThat(session.getString("userId")).isEqualTo(ann);
    assertThat(session.getString("socketId")).isEqualTo(phone.id());
    assertThat(session.getString("deviceId")).isEqualTo("phone");
    assertThat(session.getString("platform")).isEqualTo("android");
    assertThat(session.getLong("registeredAt")).isPositive();
    String ofSocket = "user:socket:" + phone.id();
    assertThat(nodes.redis("GET", "socket:user:" + ann).toString()).isEqualTo(phone.id());
    assertThat(nodes.redis("GET", ofSocket).toString()).isEqualTo(ann);
    for (String key : List.of("session:user:" + ann, "socket:user:" + ann, ofSocket)) {
      assertThat(nodes.lifeOf(key)).as(key).isBetween(82_800_000L, 86_400_000L);
    }
    phone.drop();
    Await.until(() -> nodes.redis("EXISTS", "session:user:" + ann).toInteger() == 0);
    assertThat(nodes.redis("EXISTS", "socket:user:" + ann, ofSocket).toInteger()).isZero();
  }

  @Test
  void socketEndsWithItsTokenUnlessItRenewsIt() {
    Duration life = Duration.ofSeconds(12);
    Phone careless = nodes.phone(0, nodes.token(ann, life)).connect();
    Phone careful = nodes.phone(1, nodes.token(bob, life)).connect();
    careless.register(ann, "phone");
    careful.register(bob, "phone");
    long expiresAt = careful.hear("token_expiring").getLong("expiresAt");
    assertAck(careful.ask("refresh_token", new JsonObject().put("token", nodes.token(bob))))
        .isSuccess();
    assertThat(careless.hear("token_expiring").getLong("expiresAt")).isPositive();
    assertThat(careless.hear("unauthorized")).isEqualTo(new JsonObject().put("code", "E202"));
    assertThat(careless.hear("(disconnect)").getString("reason")).isEqualTo("io server disconnect");
    Await.until(() -> System.currentTimeMillis() > expiresAt + 1_500);
    assertThat(careful.ask("ping", new JsonObject()).getString("serverTime")).isNotEmpty();
    // The notice may have come before its registration was answered.
    assertThat(careful.all("token_expiring")).hasSize(1);
    assertThat(careful.heard()).doesNotContain("unauthorized", "(disconnect)");
  }

  @Test
  void socketThatDropsKeepsItsPushTokens() {
    Phone phone = nodes.connected(0, ann);
    phone.ask(
        "register",
        new JsonObject().put("userId", ann).put("deviceId", "phone").put("fcmToken", "fcm-token"));
    phone.drop();
    Await.until(() -> nodes.redis("EXISTS", "session:user:" + ann).toInteger() == 0);
    assertThat(nodes.redis("HEXISTS", "push:reach:" + ann, "fcm|phone").toInteger()).isEqualTo(1);
  }
}
