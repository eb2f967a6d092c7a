package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.accepted;
import static dev.switchboard.signaling.calls.Payloads.candidate;
import static dev.switchboard.signaling.calls.Payloads.candidates;
import static dev.switchboard.signaling.calls.Payloads.initiate;
import static dev.switchboard.signaling.calls.Payloads.numbered;
import static dev.switchboard.signaling.calls.Payloads.of;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that were away for a moment: those without a device id, and those that only rang. */
@ParameterizedClass
@ValueSource(strings = {"websocket", "polling"})
final class ReturnIT extends CallsTest {
  private Phone nameless(int node, String userId) {
    Phone phone = nodes.connected(node, userId);
    phone.registerNameless(userId);
    return phone;
  }

  @Test
  void clientWithoutDeviceIdThatIsBackBeforeItsDropIsNoticedGetsItsCall() {
    Phone caller = nameless(0, ann);
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = accepted(caller, callee, bob);
    Phone back = nodes.connected(1, ann);
    assertThat(back.registerNameless(ann).getBoolean("resumed")).isFalse();
    caller.drop();
    assertThat(back.hear("call_resumed"))
        .isEqualTo(of(callId).put("state", "accepted").put("peerId", bob));
    assertThat(callee.hear("peer_reconnected")).isEqualTo(of(callId).put("userId", ann));
    assertAck(callee.ask("ice_candidate", candidate(callId, ann, 1))).isSuccess();
    back.hear("ice_candidate");
    assertAck(back.ask("ice_candidate", candidate(callId, bob, 2))).isSuccess();
    callee.hear("ice_candidate");
    assertAck(back.ask("call_end", of(callId))).isSuccess();
    assertThat(callee.hear("call_end").getString("reason")).isEqualTo("hangup");
    assertThat(callee.all("peer_reconnecting")).hasSize(1);
  }

  @Test
  void clientWithoutDeviceIdThatWasThereBeforeTheCallIsNotTakenForTheOneThatDropped() {
    Phone caller = nameless(0, ann);
    Phone other = nameless(1, ann);
    Phone callee = nodes.registered(1, bob, "phone");
    accepted(caller, callee, bob);
    caller.drop();
    callee.hear("peer_reconnecting");
    Phone back = nodes.connected(0, ann);
    assertThat(back.registerNameless(ann).getBoolean("resumed")).isTrue();
    callee.hear("peer_reconnected");
    assertThat(other.heard()).isEmpty();
  }

  /** What comes between its registration and the step that gives it the call is kept, too. */
  @RepeatedTest(4)
  void clientWithoutDeviceIdGetsAllThatThePeerSendsWhileItComesBack() {
    Phone caller = nameless(0, ann);
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = accepted(caller, callee, bob);
    caller.drop();
    callee.hear("peer_reconnecting");
    AtomicBoolean isBack = new AtomicBoolean();
    CompletableFuture<Integer> stream =
        CompletableFuture.supplyAsync(() -> sendUntil(isBack, callee, callId));
    Phone back = nameless(1, ann);
    back.hear("call_resumed");
    isBack.set(true);
    int sent = stream.join();
    Await.until(() -> candidates(back).size() >= sent);
    assertThat(candidates(back)).isEqualTo(numbered(0, sent));
  }

  /** How many candidates were taken; no more than the rate of a client allows. */
  private int sendUntil(AtomicBoolean over, Phone callee, String callId) {
    int sent = 0;
    while (!over.get() && sent < 150) {
      assertAck(callee.ask("ice_candidate", candidate(callId, ann, sent))).isSuccess();
      sent++;
    }
    return sent;
  }

  @Test
  void clientWithoutDeviceIdHearsOnceThatThePeerHasHungUpMeanwhile() {
    Phone caller = nameless(0, ann);
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = accepted(caller, callee, bob);
    caller.drop();
    callee.hear("peer_reconnecting");
    assertAck(callee.ask("call_end", of(callId))).isSuccess();
    Phone back = nodes.connected(1, ann);
    assertThat(back.registerNameless(ann).getBoolean("resumed")).isFalse();
    assertThat(back.hear("call_end").getString("reason")).isEqualTo("hangup");
    Phone again = nameless(0, ann);
    again.ask("ping");
    assertThat(again.heard()).isEmpty();
  }

  @Test
  void callerWithoutDeviceIdHearsThatItWasRejectedMeanwhile() {
    Phone caller = nameless(0, ann);
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    nodes.drop(caller, ann, caller.id());
    assertAck(callee.ask("call_reject", of(callId))).isSuccess();
    assertThat(nameless(1, ann).hear("call_reject").getString("callId")).isEqualTo(callId);
  }

  @Test
  void calleeThatDroppedWhileItRangHearsThatItWasCancelled() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    callee.hear("incoming_call");
    nodes.drop(callee, bob, "phone");
    assertAck(caller.ask("call_end", of(callId))).isSuccess();
    Phone back = nodes.registered(0, bob, "phone");
    assertThat(back.hear("call_end").getString("reason")).isEqualTo("cancelled");
    back.hear("call_cancelled");
    assertThat(back.heard()).containsExactly("call_end", "call_cancelled");
  }

  @Test
  void calleeThatDroppedWhileItRangHearsThatAnotherDeviceAnswered() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone pad = nodes.registered(0, bob, "pad");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    callee.hear("incoming_call");
    nodes.drop(callee, bob, "phone");
    assertAck(pad.ask("call_accept", of(callId))).isSuccess();
    Phone back = nodes.registered(0, bob, "phone");
    assertThat(back.hear("call_end").getString("reason")).isEqualTo("answered_elsewhere");
    pad.ask("ping");
    assertThat(pad.heard()).containsExactly("incoming_call");
  }

  @Test
  void calleeThatComesAndGoesUnderEverNewNamesFillsNoCall() {
    Phone caller = nodes.registered(0, ann, "phone");
    nodes.reachable(bob, "phone");
    String callId = initiate(caller, bob);
    for (int i = 0; i < 20; i++) {
      nodes.drop(nodes.registered(1, bob, "device-" + i), bob, "device-" + i);
    }
    String left = nodes.redis("HGET", "call:" + callId, "left").toString();
    assertThat(new JsonObject(left).size()).isEqualTo(16);
    assertAck(caller.ask("call_end", of(callId))).isSuccess();
  }

  @Test
  void endOfAnEarlierRingComesBeforeTheNextOne() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    nodes.reachable(bob, "phone");
    String first = initiate(caller, bob);
    callee.hear("incoming_call");
    nodes.drop(callee, bob, "phone");
    assertAck(caller.ask("call_end", of(first))).isSuccess();
    String second = initiate(caller, bob);
    Phone back = nodes.registered(0, bob, "phone");
    assertThat(back.hear("incoming_call").getString("callId")).isEqualTo(second);
    assertThat(back.heard()).containsExactly("call_end", "call_cancelled", "incoming_call");
  }

  @Test
  void calleeThatIsBackWhileItStillRingsHearsOfTheEndOnce() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    callee.hear("incoming_call");
    nodes.drop(callee, bob, "phone");
    Phone back = nodes.registered(0, bob, "phone");
    assertAck(caller.ask("call_end", of(callId))).isSuccess();
    back.hear("call_cancelled");
    Phone again = nodes.registered(1, bob, "phone");
    again.ask("ping");
    assertThat(back.heard()).startsWith("incoming_call", "call_end", "call_cancelled");
    assertThat(again.heard()).isEmpty();
  }

  @Test
  void calleeWithoutDeviceIdHearsOfTheEndOfARingOnce() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nameless(1, bob);
    nodes.reachable(bob, "phone");
    String first = initiate(caller, bob);
    callee.hear("incoming_call");
    nodes.drop(callee, bob, callee.id());
    Phone back = nameless(0, bob);
    back.hear("incoming_call");
    nodes.drop(back, bob, back.id());
    assertAck(caller.ask("call_end", of(first))).isSuccess();
    Phone late = nameless(1, bob);
    late.hear("call_cancelled");
    late.ask("ping");
    assertThat(late.heard()).containsExactly("call_end", "call_cancelled");
  }
}
