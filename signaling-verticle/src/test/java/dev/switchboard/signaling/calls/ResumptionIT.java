package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.candidate;
import static dev.switchboard.signaling.calls.Payloads.candidates;
import static dev.switchboard.signaling.calls.Payloads.initiate;
import static dev.switchboard.signaling.calls.Payloads.numbered;
import static dev.switchboard.signaling.calls.Payloads.of;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Sockets that drop and come back, on another node too, and devices that are woken. */
@ParameterizedClass
@ValueSource(strings = {"websocket", "polling"})
final class ResumptionIT extends CallsTest {
  @Test
  void displacedSocketLeavesItsCallToTheNewerOne() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    assertAck(callee.ask("call_accept", of(callId))).isSuccess();
    Phone newer = nodes.connected(1, ann);
    assertThat(newer.register(ann, "phone").getBoolean("resumed")).isTrue();
    assertThat(newer.hear("call_resumed").getString("peerId")).isEqualTo(bob);
    caller.hear("(disconnect)");
    assertAck(callee.ask("ice_candidate", candidate(callId, ann, 1))).isSuccess();
    newer.hear("ice_candidate");
    assertAck(newer.ask("ice_candidate", candidate(callId, bob, 2))).isSuccess();
    callee.hear("ice_candidate");
    callee.hear("peer_reconnected");
    assertThat(callee.all("peer_reconnecting")).hasSize(1);
  }

  @Test
  void deviceThatComesBackOnAnotherNodeGetsWhatItMissedInOrderAndOnce() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    assertAck(callee.ask("call_accept", of(callId))).isSuccess();
    caller.hear("call_accept");
    assertAck(caller.ask("ice_candidate", candidate(callId, bob, 0))).isSuccess();
    callee.hear("ice_candidate");

    callee.drop();
    assertThat(caller.hear("peer_reconnecting")).isEqualTo(of(callId).put("userId", bob));
    List<CompletableFuture<JsonObject>> sent = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      sent.add(caller.later("ice_candidate", candidate(callId, bob, i)));
    }
    sent.forEach(
        answer -> assertThat(caller.await(answer, "ice_candidate").getBoolean("success")).isTrue());

    Phone back = nodes.connected(0, bob);
    assertThat(back.register(bob, "phone").getBoolean("resumed")).isTrue();
    assertThat(back.hear("call_resumed"))
        .isEqualTo(of(callId).put("state", "accepted").put("peerId", ann));
    assertThat(caller.hear("peer_reconnected")).isEqualTo(of(callId).put("userId", bob));
    for (int i = 21; i <= 30; i++) {
      caller.tell("ice_candidate", candidate(callId, bob, i));
    }
    Await.until(() -> candidates(back).size() >= 30);
    assertThat(candidates(back)).isEqualTo(numbered(1, 31));
    assertAck(back.ask("ice_candidate", candidate(callId, ann, 1))).isSuccess();
    caller.hear("ice_candidate");
    assertAck(back.ask("call_end", of(callId))).isSuccess();
    assertThat(caller.hear("call_end").getString("reason")).isEqualTo("hangup");
  }

  @Test
  void callerThatDropsWhileItRingsComesBackToItsCall() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    callee.hear("incoming_call");
    caller.drop();
    Await.until(() -> nodes.redis("HLEN", "session:user:" + ann).toInteger() == 0);
    assertAck(callee.ask("call_accept", of(callId))).isSuccess();
    Phone back = nodes.connected(1, ann);
    assertThat(back.register(ann, "phone").getBoolean("resumed")).isTrue();
    assertThat(back.hear("call_resumed").getString("callId")).isEqualTo(callId);
    assertThat(back.hear("call_accept").getString("calleeId")).isEqualTo(bob);
  }

  @Test
  void clientWithoutDeviceIdResumesTheCallOfItsUser() {
    Phone caller = nodes.connected(0, ann);
    caller.ask("register", new JsonObject().put("userId", ann));
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    assertAck(callee.ask("call_accept", of(callId))).isSuccess();
    caller.drop();
    callee.hear("peer_reconnecting");
    assertAck(callee.ask("ice_candidate", candidate(callId, ann, 1))).isSuccess();
    Phone back = nodes.connected(1, ann);
    assertThat(back.ask("register", new JsonObject().put("userId", ann)).getBoolean("resumed"))
        .isTrue();
    assertThat(back.hear("call_resumed").getString("callId")).isEqualTo(callId);
    back.hear("ice_candidate");
    callee.hear("peer_reconnected");
    assertAck(callee.ask("ice_candidate", candidate(callId, ann, 2))).isSuccess();
    Await.until(() -> candidates(back).size() == 2);
  }

  @Test
  void ringingCallIsOfferedAgainToADeviceThatRegisters() {
    Phone caller = nodes.registered(0, ann, "phone");
    nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    Phone woken = nodes.registered(0, bob, "pad");
    assertThat(woken.hear("incoming_call").getString("callId")).isEqualTo(callId);
    assertAck(woken.ask("call_accept", of(callId))).isSuccess();
    caller.hear("call_accept");
  }

  @Test
  void deviceThatRegistersWhileItRingsIsGivenWhatTheOthersHaveHeard() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone first = nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    JsonObject offer = of(callId).put("to", bob).put("sdp", "early");
    assertAck(caller.ask("sdp_offer", offer)).isSuccess();
    assertAck(caller.ask("ice_candidate", candidate(callId, bob, 1))).isSuccess();
    assertThat(first.hear("sdp_offer").getString("sdp")).isEqualTo("early");
    Phone second = nodes.registered(0, bob, "pad");
    assertAck(caller.ask("ice_candidate", candidate(callId, bob, 2))).isSuccess();
    Await.until(() -> candidates(second).size() == 2 && candidates(first).size() == 2);
    assertThat(second.heard())
        .containsExactly("incoming_call", "sdp_offer", "ice_candidate", "ice_candidate");
    assertAck(second.ask("call_accept", of(callId))).isSuccess();
    caller.hear("call_accept");
    assertAck(caller.ask("ice_candidate", candidate(callId, bob, 3))).isSuccess();
    Await.until(() -> candidates(second).size() == 3);
  }

  @Test
  void calleeWithoutASocketIsPushedAndFindsItsCall() {
    Phone caller = nodes.registered(0, ann, "phone");
    nodes.reachable(bob, "phone");
    String callId = initiate(caller, bob);
    assertThat(nodes.pushes(bob)).containsExactly("incoming_call [\"fcm|phone\"]");
    assertAck(caller.ask("sdp_offer", of(callId).put("to", bob).put("sdp", "early"))).isSuccess();
    Phone woken = nodes.registered(1, bob, "phone");
    woken.hear("incoming_call");
    assertThat(woken.hear("sdp_offer").getString("sdp")).isEqualTo("early");
    assertAck(caller.ask("call_end", of(callId))).isSuccess();
    woken.hear("call_cancelled");
    assertThat(nodes.pushes(bob))
        .containsExactly("incoming_call [\"fcm|phone\"]", "call_cancelled [\"fcm|phone\"]");
  }

  @Test
  void calleeThatDropsWhileItRingsIsPushedAndTheCallerHearsNothing() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    nodes.reachable(bob, "phone");
    String callId = initiate(caller, bob);
    assertThat(nodes.pushes(bob)).isEmpty();
    callee.drop();
    Await.until(() -> !nodes.pushes(bob).isEmpty());
    assertThat(nodes.pushes(bob)).containsExactly("incoming_call [\"fcm|phone\"]");
    Phone back = nodes.registered(0, bob, "phone");
    back.hear("incoming_call");
    assertAck(back.ask("call_accept", of(callId))).isSuccess();
    caller.hear("call_accept");
    assertThat(caller.heard()).containsExactly("call_accept");
  }

  @Test
  void suspendedPhoneThatDoesNotAnswerItsPingIsPushedToo() {
    nodes.reachable(bob, "asleep");
    nodes.reachable(bob, "awake");
    try (RawPhone asleep = new RawPhone(nodes, 0, bob).registered("asleep")) {
      Phone awake = nodes.registered(1, bob, "awake");
      Phone caller = nodes.registered(1, ann, "phone");
      initiate(caller, bob);
      assertThat(asleep.next()).startsWith("42[\"incoming_call\"");
      assertThat(asleep.next()).isEqualTo("2");
      awake.hear("incoming_call");
      Await.until(() -> !nodes.pushes(bob).isEmpty());
      assertThat(nodes.pushes(bob)).containsExactly("incoming_call [\"fcm|asleep\"]");
      assertThat(caller.heard()).isEmpty();
    }
  }

  @Test
  void deviceThatWasRungByPushIsToldWhenAnotherAnswersOrDeclines() {
    nodes.reachable(bob, "away");
    Phone caller = nodes.registered(0, ann, "phone");
    Phone desk = nodes.registered(1, bob, "desk");
    String first = initiate(caller, bob);
    assertAck(desk.ask("call_accept", of(first))).isSuccess();
    assertThat(nodes.pushes(bob))
        .containsExactly("incoming_call [\"fcm|away\"]", "call_cancelled [\"fcm|away\"]");
    assertAck(desk.ask("call_end", of(first))).isSuccess();
    String second = initiate(caller, bob);
    assertAck(desk.ask("call_reject", of(second))).isSuccess();
    assertThat(nodes.pushes(bob))
        .endsWith("incoming_call [\"fcm|away\"]", "call_cancelled [\"fcm|away\"]")
        .hasSize(4);
  }
}
