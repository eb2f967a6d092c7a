package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.accepted;
import static dev.switchboard.signaling.calls.Payloads.call;
import static dev.switchboard.signaling.calls.Payloads.candidate;
import static dev.switchboard.signaling.calls.Payloads.candidates;
import static dev.switchboard.signaling.calls.Payloads.initiate;
import static dev.switchboard.signaling.calls.Payloads.numbered;
import static dev.switchboard.signaling.calls.Payloads.of;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What time, limits and an absent Redis do to calls. Each test has nodes with its own settings. */
final class CallLossIT {
  private CallNodes nodes;

  @BeforeEach
  void empty() {
    RealRedis.flush();
  }

  @AfterEach
  void stop() {
    RealRedis.start();
    nodes.close();
  }

  private void start(Map<String, String> settings) {
    nodes = new CallNodes(settings);
  }

  @Test
  void callThatNobodyAnswersTimesOutOnceForBothSides() {
    start(Map.of("CALL_RING_TIMEOUT", "600"));
    Phone caller = nodes.registered(0, "ann", "phone");
    Phone first = nodes.registered(1, "bob", "phone");
    Phone second = nodes.registered(0, "bob", "pad");
    nodes.reachable("bob", "phone");
    String callId = initiate(caller, "bob");
    for (Phone phone : List.of(caller, first, second)) {
      assertThat(phone.hear("call_timeout").getString("callId")).isEqualTo(callId);
    }
    assertAck(first.ask("call_accept", of(callId))).isRefused("E105");
    assertAck(second.ask("call_reject", of(callId))).isRefused("E105");
    assertAck(caller.ask("call_end", of(callId))).isSuccess();
    assertThat(caller.heard()).containsExactly("call_timeout");
    assertThat(first.heard()).containsExactly("incoming_call", "call_timeout");
    assertThat(nodes.pushes("bob")).containsExactly("missed_call [\"fcm|phone\"]");
    initiate(caller, "bob");
  }

  @Test
  void partyThatStaysAwayIsLost() {
    start(Map.of("CALL_RECONNECT_GRACE", "600"));
    Phone caller = nodes.registered(0, "ann", "phone");
    Phone callee = nodes.registered(1, "bob", "phone");
    String callId = accepted(caller, callee, "bob");
    callee.drop();
    caller.hear("peer_reconnecting");
    JsonObject ended = caller.hear("call_end");
    assertThat(ended.getString("reason")).isEqualTo("peer_lost");
    assertThat(ended.getString("callId")).isEqualTo(callId);
    Phone late = nodes.connected(0, "bob");
    assertThat(late.register("bob", "phone").getBoolean("resumed")).isFalse();
    assertThat(late.hear("call_end").getString("reason")).isEqualTo("peer_lost");
    assertThat(caller.heard()).containsExactly("call_accept", "peer_reconnecting", "call_end");
  }

  @Test
  void callerThatStaysAwayWhileItRingsTakesTheCallWithIt() {
    start(Map.of("CALL_RECONNECT_GRACE", "600"));
    Phone caller = nodes.registered(0, "ann", "phone");
    Phone callee = nodes.registered(1, "bob", "phone");
    initiate(caller, "bob");
    caller.drop();
    assertThat(callee.hear("call_end").getString("reason")).isEqualTo("peer_lost");
  }

  @Test
  void longestCallEndsForBoth() {
    start(Map.of("CALL_MAX_DURATION", "600"));
    Phone caller = nodes.registered(0, "ann", "phone");
    Phone callee = nodes.registered(1, "bob", "phone");
    accepted(caller, callee, "bob");
    assertThat(caller.hear("call_end").getString("reason")).isEqualTo("max_duration");
    assertThat(callee.hear("call_end").getString("reason")).isEqualTo("max_duration");
  }

  @Test
  void floodIsRefusedAndThenDisconnected() {
    start(Map.of("RATE_EVENTS_PER_SECOND", "1", "RATE_EVENTS_BURST", "20"));
    Phone phone = nodes.phone(0, "").connect();
    List<CompletableFuture<JsonObject>> answers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      answers.add(phone.later("ping", new JsonObject()));
    }
    JsonObject first = phone.await(answers.getFirst(), "ping");
    JsonObject last = phone.await(answers.getLast(), "ping");
    assertThat(first.getString("serverTime")).isNotEmpty();
    assertAck(last).isRefused("E429");
    assertThat(last.getJsonObject("error").getLong("retryAfterMs")).isPositive();
    Await.until(
        () -> {
          phone.tell("ping", new JsonObject());
          return !phone.all("(disconnect)").isEmpty();
        });
    assertThat(phone.hear("(disconnect)").getString("reason")).isEqualTo("io server disconnect");
    assertThat(phone.all("error")).allMatch(error -> error.getString("code").equals("E429"));
  }

  @Test
  void tooManyCallsOfAUserAreE429() {
    start(Map.of("RATE_CALLS_PER_MINUTE", "2"));
    Phone caller = nodes.registered(0, "ann", "phone");
    nodes.registered(1, "bob", "phone");
    for (int i = 0; i < 2; i++) {
      assertAck(caller.ask("call_end", of(initiate(caller, "bob")))).isSuccess();
    }
    JsonObject answer = caller.ask("call_initiate", call("bob"));
    assertAck(answer).isRefused("E429");
    assertThat(answer.getJsonObject("error").getLong("retryAfterMs")).isPositive();
  }

  @Test
  void guestIsRefusedWhereGuestsAreOff() {
    start(Map.of("GUESTS", "off"));
    JsonObject error = nodes.phone(0, "").refused();
    assertThat(error.getString("message")).isEqualTo("Authentication required");
    assertThat(error.getJsonObject("data").getString("code")).isEqualTo("E203");
    nodes.registered(1, "ann", "phone");
  }

  @Test
  void trustedGuestRegistersAsWhomItNames() {
    start(Map.of("CALL_AUTH", "trust"));
    Phone caller = nodes.phone(0, "").connect();
    caller.register("ann", "phone");
    Phone callee = nodes.registered(1, "bob", "phone");
    initiate(caller, "bob");
    assertThat(callee.hear("incoming_call").getString("callerId")).isEqualTo("ann");
  }

  @Test
  void callOutlivesAnAbsentRedisAndRequestsAreRefusedMeanwhile() {
    start(Map.of());
    Phone caller = nodes.registered(0, "ann", "phone");
    Phone callee = nodes.registered(1, "bob", "phone");
    Phone third = nodes.registered(1, "eve", "phone");
    String callId = accepted(caller, callee, "bob");
    RealRedis.stop();
    assertAck(third.ask("call_initiate", call("ann"))).isRefused("E503");
    for (int i = 0; i < 10; i++) {
      assertAck(caller.ask("ice_candidate", candidate(callId, "bob", i))).isSuccess();
      assertAck(callee.ask("ice_candidate", candidate(callId, "ann", i))).isSuccess();
    }
    Await.until(() -> candidates(caller).size() == 10 && candidates(callee).size() == 10);
    assertThat(candidates(caller)).isEqualTo(numbered(0, 10));
    assertThat(candidates(callee)).isEqualTo(numbered(0, 10));
    assertAck(caller.ask("call_end", of(callId))).isRefused("E503");
    RealRedis.start();
    Await.until(() -> caller.code("call_end", of(callId)).isEmpty());
    assertThat(callee.hear("call_end").getString("reason")).isEqualTo("hangup");
    Await.until(() -> third.code("call_initiate", call("bob")).isEmpty());
    callee.hear("incoming_call");
  }

  @Test
  void whatAHungRedisDidAfterAllIsToldOnce() {
    start(Map.of());
    Phone caller = nodes.registered(0, "ann", "phone");
    Phone callee = nodes.registered(1, "bob", "phone");
    String callId = initiate(caller, "bob");
    callee.hear("incoming_call");
    RealRedis.whileHung(() -> assertAck(callee.ask("call_accept", of(callId))).isRefused("E503"));
    caller.hear("call_accept");
    Await.until(() -> callee.code("call_accept", of(callId)).isEmpty());
    RealRedis.whileHung(() -> assertAck(caller.ask("call_end", of(callId))).isRefused("E503"));
    assertThat(callee.hear("call_end").getString("reason")).isEqualTo("hangup");
    Await.until(() -> caller.code("call_end", of(callId)).isEmpty());
    assertThat(caller.heard()).containsExactly("call_accept");
    assertThat(callee.heard()).containsExactly("incoming_call", "call_end");
  }

  @Test
  void callThatAHungRedisMadeAfterAllIsTakenBack() {
    start(Map.of());
    Phone caller = nodes.registered(0, "ann", "phone");
    Phone callee = nodes.registered(1, "bob", "phone");
    nodes.reachable("bob", "pad");
    RealRedis.whileHung(
        () -> assertAck(caller.ask("call_initiate", call("bob"))).isRefused("E503"));
    Await.until(
        () ->
            nodes
                .pushes("bob")
                .equals(List.of("incoming_call [\"fcm|pad\"]", "call_cancelled [\"fcm|pad\"]")));
    String again = initiate(caller, "bob");
    assertThat(callee.hear("incoming_call").getString("callId")).isEqualTo(again);
    assertThat(callee.heard()).containsExactly("incoming_call");
  }

  @Test
  void callThatAHungRedisMadeAfterAllIsInNobodysWay() {
    start(Map.of());
    Phone caller = nodes.registered(0, "ann", "phone");
    Phone callee = nodes.registered(1, "bob", "phone");
    RealRedis.whileHung(
        () -> assertAck(caller.ask("call_initiate", call("bob"))).isRefused("E503"));
    List<String> codes = new ArrayList<>();
    Await.until(
        () -> {
          codes.add(caller.code("call_initiate", call("bob")));
          return codes.getLast().isEmpty();
        });
    assertThat(codes).isSubsetOf("E503", "");
    callee.hear("incoming_call");
    assertThat(callee.heard()).containsExactly("incoming_call");
  }

  @Test
  void callThatAHungRedisMadeAfterAllIsTakenBackThoughItsCallerDroppedAndIsBack() {
    start(Map.of());
    Phone caller = nodes.registered(0, "ann", "phone");
    Phone callee = nodes.registered(1, "bob", "phone");
    nodes.reachable("bob", "pad");
    RealRedis.whileHung(
        () -> assertAck(caller.ask("call_initiate", call("bob"))).isRefused("E503"));
    caller.drop();
    Phone back = back("ann");
    Await.until(
        () ->
            nodes
                .pushes("bob")
                .equals(List.of("incoming_call [\"fcm|pad\"]", "call_cancelled [\"fcm|pad\"]")));
    String again = initiate(back, "bob");
    assertThat(callee.hear("incoming_call").getString("callId")).isEqualTo(again);
    assertThat(callee.all("incoming_call")).hasSize(1);
  }

  /** The same device at the other node, as soon as that has Redis again. */
  private Phone back(String userId) {
    Phone phone = nodes.connected(1, userId);
    JsonObject who = new JsonObject().put("userId", userId).put("deviceId", "phone");
    Await.until(() -> phone.code("register", who).isEmpty());
    return phone;
  }

  @Test
  void callWithAStepThatGotNoAnswerIsNoGhost() {
    start(Map.of());
    Phone caller = nodes.registered(0, "ann", "phone");
    Phone callee = nodes.registered(0, "bob", "phone");
    nodes.registered(1, "eve", "phone");
    Phone pad = nodes.registered(1, "ann", "pad");
    String callId = initiate(caller, "bob");
    callee.hear("incoming_call");
    RealRedis.whileHung(() -> assertAck(callee.ask("call_accept", of(callId))).isRefused("E503"));
    List<String> codes = new ArrayList<>();
    Await.until(
        () -> {
          codes.add(pad.code("call_initiate", call("eve")));
          return !codes.getLast().equals("E503");
        });
    assertThat(codes).isSubsetOf("E503", "E108");
    caller.hear("call_accept");
    assertThat(callee.heard()).containsExactly("incoming_call");
  }

  @Test
  void whoDropsWhileRedisHangsIsMissedByTheOther() {
    start(Map.of());
    Phone caller = nodes.registered(0, "ann", "phone");
    Phone callee = nodes.registered(1, "bob", "phone");
    String callId = accepted(caller, callee, "bob");
    RealRedis.whileHung(
        () -> {
          callee.drop();
          assertAck(caller.ask("call_initiate", call("eve"))).isRefused("E503");
        });
    assertThat(caller.hear("peer_reconnecting").getString("callId")).isEqualTo(callId);
  }
}
