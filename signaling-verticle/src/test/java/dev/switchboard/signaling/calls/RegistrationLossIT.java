package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.accepted;
import static dev.switchboard.signaling.calls.Payloads.call;
import static dev.switchboard.signaling.calls.Payloads.initiate;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.Forwarder;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Registrations that meet no Redis, and users that take turns on one socket. */
final class RegistrationLossIT {
  private CallNodes nodes;

  @BeforeEach
  void start() {
    RealRedis.flush();
    nodes = new CallNodes(Map.of("CALL_AUTH", "trust"));
  }

  @AfterEach
  void stop() {
    RealRedis.start();
    nodes.close();
  }

  private static JsonObject as(String userId, String deviceId) {
    return new JsonObject().put("userId", userId).put("deviceId", deviceId);
  }

  private boolean isRegistered(String userId, String deviceId) {
    return nodes.redis("HEXISTS", "session:user:" + userId, deviceId).toInteger() == 1;
  }

  private boolean isReachable(String userId, String deviceId) {
    return nodes.redis("HEXISTS", "push:reach:" + userId, "fcm|" + deviceId).toInteger() == 1;
  }

  @Test
  void registrationThatMetNoRedisIsMadeGoodWhenItIsBack() {
    Phone caller = nodes.registered(0, "ann", "phone");
    RealRedis.stop();
    Phone callee = nodes.connected(1, "bob");
    assertAck(callee.ask("register", as("bob", "phone").put("fcmToken", "t"))).isRefused("E503");
    assertThat(callee.hear("registration_error").getString("code")).isEqualTo("E503");
    assertAck(callee.ask("call_initiate", call("ann"))).isRefused("E503");
    RealRedis.start();
    JsonObject registered = callee.hear("registered");
    assertThat(registered.getBoolean("success")).isTrue();
    assertThat(registered.getString("deviceId")).isEqualTo("phone");
    assertThat(registered.getJsonArray("iceServers")).isNotEmpty();
    Await.until(() -> caller.code("call_initiate", call("bob")).isEmpty());
    callee.hear("incoming_call");
    assertThat(isReachable("bob", "phone")).isTrue();
    assertThat(callee.all("registered")).hasSize(1);
  }

  @Test
  void whatComesMeanwhileIsHandledIfTheStoreIsBackInTime() {
    Phone callee = nodes.registered(0, "ann", "phone");
    RealRedis.stop();
    Phone caller = nodes.connected(1, "bob");
    assertAck(caller.ask("register", as("bob", "phone"))).isRefused("E503");
    RealRedis.start();
    JsonObject answer = caller.ask("call_initiate", call("ann"));
    if (Phone.code(answer).equals("E503")) { // the start took longer than an event may wait
      caller.hear("registered");
      answer = caller.ask("call_initiate", call("ann"));
    }
    assertAck(answer).isSuccess();
    callee.hear("incoming_call");
  }

  @Test
  void registrationWhoseAnswerNeverCameIsMadeGood() {
    Phone caller = nodes.registered(0, "ann", "phone");
    Phone callee = nodes.connected(1, "bob");
    RealRedis.whileHung(
        () -> assertAck(callee.ask("register", as("bob", "phone"))).isRefused("E503"));
    assertThat(callee.hear("registered").getString("userId")).isEqualTo("bob");
    Await.until(() -> caller.code("call_initiate", call("bob")).isEmpty());
    callee.hear("incoming_call");
    assertThat(callee.all("displaced")).isEmpty();
  }

  @Test
  void newestOfTheRegistrationsThatMetNoRedisCounts() {
    RealRedis.stop();
    Phone phone = nodes.phone(0, "").connect();
    assertAck(phone.ask("register", as("ann", "old"))).isRefused("E503");
    assertAck(phone.ask("register", as("bob", "new"))).isRefused("E503");
    RealRedis.start();
    assertThat(phone.hear("registered").getString("userId")).isEqualTo("bob");
    assertThat(phone.ask("register", as("bob", "new")).getString("message"))
        .isEqualTo("Already registered");
    assertThat(isRegistered("bob", "new")).isTrue();
    assertThat(isRegistered("ann", "old")).isFalse();
  }

  @Test
  void nothingIsLeftOfASocketThatWentMeanwhile() {
    Phone away = nodes.connected(1, "bob");
    Phone hung = nodes.connected(1, "eve");
    RealRedis.whileHung(
        () -> {
          assertAck(hung.ask("register", as("eve", "phone"))).isRefused("E503");
          hung.drop();
        });
    Await.until(() -> !isRegistered("eve", "phone"));
    RealRedis.stop();
    assertAck(away.ask("register", as("bob", "phone"))).isRefused("E503");
    away.drop();
    Phone other = nodes.connected(1, "ann");
    assertAck(other.ask("register", as("ann", "phone"))).isRefused("E503");
    RealRedis.start();
    other.hear("registered");
    assertAck(other.ask("call_initiate", call("bob"))).isRefused("E103");
    Await.until(() -> !isRegistered("eve", "phone"));
  }

  @Test
  void whoLogsOutMeanwhileStaysOut() {
    RealRedis.stop();
    Phone phone = nodes.connected(0, "ann");
    assertAck(phone.ask("register", as("ann", "phone"))).isRefused("E503");
    assertAck(phone.ask("unregister", new JsonObject())).isRefused("E503");
    RealRedis.start();
    Phone other = nodes.connected(0, "bob");
    Await.until(() -> other.code("register", as("bob", "phone")).isEmpty());
    assertAck(phone.ask("call_initiate", call("bob"))).isRefused("E203");
    assertThat(isRegistered("ann", "phone")).isFalse();
    assertThat(phone.all("registered")).isEmpty();
  }

  @Test
  void whoLogsOutWhileRedisHangsIsRegisteredByTheNextRegister() {
    Phone caller = nodes.registered(0, "ann", "phone");
    Phone callee = nodes.registered(1, "bob", "phone");
    RealRedis.whileHung(
        () -> assertAck(callee.ask("unregister", new JsonObject())).isRefused("E503"));
    callee.tell("register", as("bob", "phone"));
    assertThat(callee.hear("registered").getString("userId")).isEqualTo("bob");
    Await.until(() -> caller.code("call_initiate", call("bob")).isEmpty());
    callee.hear("incoming_call");
  }

  @Test
  void logOutThatMetNoRedisIsMadeGoodWhenItIsBack() {
    Phone stays = nodes.connected(0, "ann");
    Phone goes = nodes.connected(1, "bob");
    assertAck(stays.ask("register", as("ann", "phone").put("fcmToken", "t1"))).isSuccess();
    assertAck(goes.ask("register", as("bob", "phone").put("fcmToken", "t2"))).isSuccess();
    RealRedis.stop();
    for (Phone phone : List.of(stays, goes)) {
      assertAck(phone.ask("unregister", new JsonObject())).isRefused("E503");
    }
    goes.drop();
    RealRedis.start();
    for (String user : List.of("ann", "bob")) {
      Await.until(() -> !isRegistered(user, "phone") && !isReachable(user, "phone"));
    }
    assertAck(stays.ask("unregister", new JsonObject())).isSuccess();
    assertAck(stays.ask("call_initiate", call("bob"))).isRefused("E203");
  }

  @Test
  void whoLogsOutAndDropsWhileTheRequestGetsLostIsOutAllTheSame() {
    try (Forwarder way = new Forwarder("127.0.0.1", RealRedis.port());
        CallNodes behind =
            new CallNodes(
                Map.of("CALL_AUTH", "trust", "REDIS_URL", "redis://127.0.0.1:" + way.port()))) {
      Phone phone = behind.connected(0, "ann");
      assertAck(phone.ask("register", as("ann", "phone").put("fcmToken", "token"))).isSuccess();
      assertThat(isReachable("ann", "phone")).isTrue();
      way.swallow("session:user:ann");
      phone.later("unregister", new JsonObject());
      phone.drop();
      Await.until(() -> !isReachable("ann", "phone"));
      Await.until(() -> !isRegistered("ann", "phone"));
    }
  }

  @Test
  void registrationThatNobodyKnewOfGoesBeforeAnotherComes() {
    Phone guest = nodes.phone(0, "").connect();
    Phone phone = nodes.connected(1, "eve");
    RealRedis.whileHung(
        () -> {
          List<CompletableFuture<JsonObject>> answers =
              List.of(
                  guest.later("register", as("ann", "pad").put("fcmToken", "t")),
                  guest.later("register", as("bob", "pad")),
                  phone.later("register", new JsonObject().put("userId", "eve")),
                  phone.later("register", as("eve", "tab")));
          answers.forEach(answer -> assertAck(guest.await(answer, "register")).isRefused("E503"));
        });
    assertThat(guest.hear("registered").getString("userId")).isEqualTo("bob");
    assertThat(phone.hear("registered").getString("deviceId")).isEqualTo("tab");
    assertThat(isRegistered("ann", "pad")).isFalse();
    assertThat(isReachable("ann", "pad")).isFalse();
    assertThat(isRegistered("bob", "pad")).isTrue();
    assertThat(nodes.redis("HKEYS", "session:user:eve").toString()).isEqualTo("[tab]");
    phone.drop();
    guest.drop();
    Await.until(() -> !isRegistered("eve", "tab") && !isRegistered("bob", "pad"));
    assertThat(guest.all("registered")).hasSize(1);
    assertThat(phone.all("registered")).hasSize(1);
  }

  @Test
  void whoLogsOutAfterARegistrationWithoutAnAnswerIsOut() {
    Phone phone = nodes.connected(0, "ann");
    RealRedis.whileHung(
        () -> {
          List<CompletableFuture<JsonObject>> answers =
              List.of(
                  phone.later("register", as("ann", "phone").put("fcmToken", "t")),
                  phone.later("unregister", new JsonObject()));
          assertAck(phone.await(answers.getFirst(), "register")).isRefused("E503");
        });
    Await.until(() -> phone.code("unregister", new JsonObject()).isEmpty());
    assertThat(isRegistered("ann", "phone")).isFalse();
    assertThat(isReachable("ann", "phone")).isFalse();
    assertThat(phone.all("registered")).isEmpty();
  }

  @Test
  void tokensThatARegisteredDeviceBringsWhileRedisIsAwayAreKept() {
    Phone phone = nodes.registered(0, "ann", "phone");
    RealRedis.stop();
    assertAck(phone.ask("register", as("ann", "phone").put("fcmToken", "t"))).isRefused("E503");
    RealRedis.start();
    assertThat(phone.hear("registered").getString("message")).isEqualTo("Already registered");
    assertThat(isReachable("ann", "phone")).isTrue();
  }

  @Test
  void socketOfOneUserRegistersAnotherWhichLogsTheFirstOut() {
    Phone phone = nodes.phone(0, "").connect();
    phone.ask("register", as("ann", "phone").put("fcmToken", "t1"));
    Phone peer = nodes.registered(1, "bob", "phone");
    accepted(phone, peer, "bob");
    JsonObject answer = phone.ask("register", as("eve", "phone").put("fcmToken", "t2"));
    assertThat(answer.getString("userId")).isEqualTo("eve");
    assertThat(answer.getString("sessionId")).isEqualTo(phone.id());
    assertThat(answer.getString("message")).isNull();
    assertThat(peer.hear("call_end").getString("reason")).isEqualTo("hangup");
    assertThat(isRegistered("ann", "phone")).isFalse();
    assertThat(isReachable("ann", "phone")).isFalse();
    assertThat(isRegistered("eve", "phone")).isTrue();
    assertThat(isReachable("eve", "phone")).isTrue();
    assertAck(peer.ask("call_initiate", call("ann"))).isRefused("E103");
    initiate(peer, "eve");
    assertThat(phone.hear("incoming_call").getString("callerId")).isEqualTo("bob");
  }

  @Test
  void userWhoTakesOverWhileRedisIsAwayIsRegisteredAfterwards() {
    Phone phone = nodes.registered(0, "ann", "phone");
    RealRedis.stop();
    assertAck(phone.ask("register", as("ann", "phone"))).isSuccess();
    Phone guest = nodes.phone(1, "").connect();
    assertAck(guest.ask("register", as("bob", "pad"))).isRefused("E503");
    assertAck(guest.ask("register", as("eve", "pad"))).isRefused("E503");
    RealRedis.start();
    assertThat(guest.hear("registered").getString("userId")).isEqualTo("eve");
    RealRedis.stop();
    assertAck(guest.ask("register", as("bob", "pad"))).isRefused("E503");
    RealRedis.start();
    assertThat(guest.hear("registered").getString("userId")).isEqualTo("bob");
    assertThat(isRegistered("eve", "pad")).isFalse();
    assertThat(isRegistered("bob", "pad")).isTrue();
  }

  @Test
  void whatATrustedGuestSendsBeforeItRegistersWaitsToo() {
    Phone callee = nodes.registered(1, "bob", "phone");
    Phone guest = nodes.phone(0, "").connect();
    CompletableFuture<JsonObject> early = guest.later("call_initiate", call("bob"));
    guest.register("ann", "phone");
    assertAck(guest.await(early, "call_initiate")).isSuccess();
    assertThat(callee.hear("incoming_call").getString("callerId")).isEqualTo("ann");
  }

  @Test
  void idsThatAreNumbersCountAsTheirText() {
    Phone caller = nodes.phone(0, "").connect();
    JsonObject answer =
        caller.ask("register", new JsonObject().put("userId", 42).put("deviceId", 7));
    assertThat(answer.getString("userId")).isEqualTo("42");
    assertThat(answer.getString("deviceId")).isEqualTo("7");
    Phone callee = nodes.registered(1, "43", "phone");
    JsonObject call = new JsonObject().put("calleeId", 43).put("callType", "audio");
    String callId = caller.ask("call_initiate", call).getString("callId");
    assertThat(callee.hear("incoming_call").getString("callerId")).isEqualTo("42");
    JsonObject offer = new JsonObject().put("callId", callId).put("to", 43).put("sdp", "x");
    assertAck(caller.ask("sdp_offer", offer)).isSuccess();
    assertThat(callee.hear("sdp_offer").getString("from")).isEqualTo("42");
    assertAck(caller.ask("call_initiate", call.copy().put("calleeId", 42))).isRefused("E301");
  }
}
