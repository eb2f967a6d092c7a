package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.accepted;
import static dev.switchboard.signaling.calls.Payloads.call;
import static dev.switchboard.signaling.calls.Payloads.candidate;
import static dev.switchboard.signaling.calls.Payloads.initiate;
import static dev.switchboard.signaling.calls.Payloads.of;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls that ring at a user who is in another one. */
final class CallWaitingIT {
  private static CallNodes nodes;
  private static int tests;
  private String ann;
  private String bob;
  private String eve;
  private String zoe;
  private Phone caller;
  private Phone callee;
  private Phone third;

  @BeforeAll
  static void start() {
    RealRedis.flush();
    nodes = new CallNodes(Map.of("CALL_AUTH", "trust", "RATE_CALLS_PER_MINUTE", "0"));
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @BeforeEach
  void names() {
    tests++;
    ann = "ann" + tests;
    bob = "bob" + tests;
    eve = "eve" + tests;
    zoe = "zoe" + tests;
    caller = phone(0, ann);
    callee = phone(1, bob);
    third = phone(0, eve);
  }

  @AfterEach
  void hangUp() {
    nodes.hangUp();
  }

  private Phone phone(int node, String userId) {
    return nodes.registered(node, userId, "phone");
  }

  private static boolean isFree(String userId) {
    return nodes.redis("EXISTS", "call:user:" + userId, "call:waiting:" + userId).toInteger() == 0;
  }

  @Test
  void appOfABusyCalleeAnswersBusyAndItsCallGoesOn() {
    String callId = accepted(caller, callee, bob);
    callee.hear("incoming_call");
    String second = initiate(third, bob);
    assertThat(callee.hear("incoming_call").getString("callId")).isEqualTo(second);
    assertAck(callee.ask("call_reject", of(second).put("reason", "busy"))).isSuccess();
    JsonObject rejected = third.hear("call_reject");
    assertThat(rejected.getString("callId")).isEqualTo(second);
    assertThat(rejected.getString("reason")).isEqualTo("busy");
    assertAck(callee.ask("ice_candidate", candidate(callId, ann, 1))).isSuccess();
    caller.hear("ice_candidate");
    assertThat(isFree(eve)).isTrue();
    assertAck(callee.ask("call_end", of(initiate(third, bob)))).isSuccess();
    assertThat(third.hear("call_end").getString("reason")).isEqualTo("declined");
    assertAck(caller.ask("call_end", of(callId))).isSuccess();
    Await.until(() -> nodes.history(eve, "").getJsonArray("calls").size() == 2);
    JsonObject record = nodes.history(eve, "").getJsonArray("calls").getJsonObject(1);
    assertThat(record.getString("state")).isEqualTo("rejected");
    assertThat(record.getString("reason")).isEqualTo("busy");
    assertThat(isFree(ann) && isFree(bob)).isTrue();
  }

  @Test
  void acceptingASecondCallEndsTheFirstOfTheSameDevice() {
    String callId = accepted(caller, callee, bob);
    String second = initiate(third, bob);
    assertAck(callee.ask("call_accept", of(second))).isSuccess();
    assertThat(third.hear("call_accept").getString("callId")).isEqualTo(second);
    JsonObject ended = caller.hear("call_end");
    assertThat(ended.getString("callId")).isEqualTo(callId);
    assertThat(ended.getString("reason")).isEqualTo("superseded");
    assertThat(callee.all("call_end")).isEmpty();
    assertAck(callee.ask("ice_candidate", candidate(second, eve, 1))).isSuccess();
    third.hear("ice_candidate");
    assertThat(nodes.redis("GET", "call:user:" + bob).toString()).isEqualTo(second);
    assertAck(third.ask("call_end", of(second))).isSuccess();
    assertThat(isFree(ann) && isFree(bob) && isFree(eve)).isTrue();
  }

  @Test
  void anotherDeviceCannotAcceptWhileOneIsInACall() {
    Phone pad = nodes.registered(0, bob, "pad");
    String callId = accepted(caller, callee, bob);
    String second = initiate(third, bob);
    JsonObject refused = pad.ask("call_accept", of(second));
    assertAck(refused).isRefused("E108");
    assertThat(refused.getJsonObject("error").getString("callId")).isEqualTo(callId);
    assertAck(caller.ask("call_end", of(callId))).isSuccess();
    assertAck(pad.ask("call_accept", of(second))).isSuccess();
    third.hear("call_accept");
  }

  @Test
  void ofTwoCallsThatRingOneIsAcceptedAndTheOtherRingsOn() {
    String first = initiate(caller, bob);
    String second = initiate(third, bob);
    assertAck(callee.ask("call_accept", of(second))).isSuccess();
    third.hear("call_accept");
    assertThat(caller.heard()).isEmpty();
    assertAck(callee.ask("call_accept", of(first))).isSuccess();
    caller.hear("call_accept");
    assertThat(third.hear("call_end").getString("reason")).isEqualTo("superseded");
    assertAck(caller.ask("call_end", of(first))).isSuccess();
    assertThat(isFree(ann) && isFree(bob) && isFree(eve)).isTrue();
  }

  @Test
  void whoIsRungMayCallSomebodyElseAndIsStillRung() {
    String ringing = initiate(caller, bob);
    String own = initiate(callee, eve);
    assertAck(third.ask("call_accept", of(own))).isSuccess();
    callee.hear("call_accept");
    assertAck(callee.ask("call_reject", of(ringing).put("reason", "busy"))).isSuccess();
    assertThat(caller.hear("call_reject").getString("reason")).isEqualTo("busy");
    assertAck(callee.ask("ice_candidate", candidate(own, eve, 1))).isSuccess();
    third.hear("ice_candidate");
  }

  @Test
  void callingEachOtherIsGlareAlsoWhileOneIsBusy() {
    String callId = accepted(caller, callee, bob);
    String second = initiate(third, bob);
    JsonObject glare = callee.ask("call_initiate", call(eve));
    assertAck(glare).isRefused("E107");
    assertThat(glare.getJsonObject("error").getString("callId")).isEqualTo(second);
    assertThat(caller.hear("call_end").getString("callId")).isEqualTo(callId);
    assertAck(callee.ask("call_accept", of(second))).isSuccess();
    third.hear("call_accept");
    String back = initiate(caller, bob);
    assertAck(callee.ask("call_end", of(second))).isSuccess();
    assertAck(callee.ask("call_initiate", call(ann))).isRefused("E107");
    assertAck(callee.ask("call_accept", of(back))).isSuccess();
  }

  @Test
  void callThatWaitsIsOfferedToADeviceThatRegistersWithWhatWasSentInIt() {
    String callId = accepted(caller, callee, bob);
    String second = initiate(third, bob);
    assertAck(third.ask("sdp_offer", of(second).put("to", bob).put("sdp", "x"))).isSuccess();
    Phone pad = nodes.registered(0, bob, "pad");
    assertThat(pad.hear("incoming_call").getString("callId")).isEqualTo(second);
    assertThat(pad.hear("sdp_offer").getString("callId")).isEqualTo(second);
    callee.drop();
    caller.hear("peer_reconnecting");
    Phone back = phone(1, bob);
    assertThat(back.hear("call_resumed").getString("callId")).isEqualTo(callId);
    assertThat(back.hear("incoming_call").getString("callId")).isEqualTo(second);
    assertAck(back.ask("ice_candidate", candidate(callId, ann, 1))).isSuccess();
    caller.hear("ice_candidate");
  }

  @Test
  void deviceThatDropsWhileACallWaitsIsPushed() {
    nodes.reachable(bob, "phone");
    accepted(caller, callee, bob);
    initiate(third, bob);
    callee.drop();
    Await.until(() -> nodes.pushes(bob).equals(java.util.List.of("incoming_call [\"fcm|phone\"]")));
  }

  @Test
  void callThatNobodyAnswersWhileItWaitsTimesOutByItself() {
    try (CallNodes quick =
        new CallNodes(Map.of("CALL_WAITING", "on", "CALL_RING_TIMEOUT", "700"))) {
      nodes.hangUp();
      caller = quick.registered(0, ann, "phone");
      callee = quick.registered(1, bob, "phone");
      third = quick.registered(0, eve, "phone");
      accepted(caller, callee, bob);
      String second = initiate(third, bob);
      assertThat(third.hear("call_timeout").getString("callId")).isEqualTo(second);
      assertThat(callee.hear("call_timeout").getString("callId")).isEqualTo(second);
      assertThat(isFree(eve)).isTrue();
      assertThat(nodes.redis("EXISTS", "call:waiting:" + bob).toInteger()).isZero();
      assertThat(caller.heard()).containsExactly("call_accept");
    }
  }

  @Test
  void callerOfAWaitingCallThatCallsElsewhereStopsIt() {
    Phone fourth = phone(1, zoe);
    accepted(caller, callee, bob);
    String second = initiate(third, bob);
    String next = initiate(third, zoe);
    JsonObject ended = callee.hear("call_end");
    assertThat(ended.getString("callId")).isEqualTo(second);
    assertThat(ended.getString("reason")).isEqualTo("superseded");
    assertThat(fourth.hear("incoming_call").getString("callId")).isEqualTo(next);
    assertThat(caller.heard()).containsExactly("call_accept");
  }
}
