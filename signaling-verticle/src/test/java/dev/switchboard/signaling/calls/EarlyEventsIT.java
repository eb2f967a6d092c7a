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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What stock clients have buffered comes before the app has registered. */
@ParameterizedClass
@ValueSource(strings = {"websocket", "polling"})
final class EarlyEventsIT extends CallsTest {
  @Test
  void signalingFromBeforeTheRegistrationIsRelayedAfterItAndInOrder() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = accepted(caller, callee, bob);
    caller.drop();
    callee.hear("peer_reconnecting");
    Phone back = nodes.connected(1, ann);
    for (int i = 0; i < 30; i++) {
      back.tell("ice_candidate", candidate(callId, bob, i));
    }
    CompletableFuture<JsonObject> registered =
        back.later("register", new JsonObject().put("userId", ann).put("deviceId", "phone"));
    for (int i = 30; i < 40; i++) {
      back.tell("ice_candidate", candidate(callId, bob, i));
    }
    assertThat(back.await(registered, "register").getBoolean("resumed")).isTrue();
    Await.until(() -> candidates(callee).size() == 40);
    assertThat(candidates(callee)).isEqualTo(numbered(0, 40));
    assertThat(back.all("error")).isEmpty();
  }

  @Test
  void answerOfAPhoneThatAPushHasWokenIsTakenBeforeItHasRegistered() {
    nodes.reachable(bob, "phone");
    Phone caller = nodes.registered(0, ann, "phone");
    String callId = initiate(caller, bob);
    Phone callee = nodes.connected(1, bob);
    CompletableFuture<JsonObject> accept = callee.later("call_accept", of(callId));
    callee.tell("sdp_answer", of(callId).put("to", ann).put("sdp", "early"));
    callee.register(bob, "phone");
    assertAck(callee.await(accept, "call_accept")).isSuccess();
    assertThat(caller.hear("sdp_answer").getString("sdp")).isEqualTo("early");
    assertThat(caller.heard()).containsExactly("call_accept", "sdp_answer");
  }

  @Test
  void endThatWasBufferedSetsThePeerFree() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = accepted(caller, callee, bob);
    caller.drop();
    Phone back = nodes.connected(1, ann);
    CompletableFuture<JsonObject> end = back.later("call_end", of(callId));
    back.register(ann, "phone");
    assertAck(back.await(end, "call_end")).isSuccess();
    assertThat(callee.hear("call_end").getString("reason")).isEqualTo("hangup");
  }

  @Test
  void eachEventWaitsByItselfAndNoLongerThanTheNext() {
    Phone phone = nodes.connected(0, ann);
    List<CompletableFuture<JsonObject>> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      answers.add(phone.later("call_accept", of("c" + i)));
    }
    for (CompletableFuture<JsonObject> answer : answers) {
      assertAck(phone.await(answer, "call_accept")).isRefused("E203");
    }
    CompletableFuture<JsonObject> later = phone.later("call_accept", of("c"));
    assertThat(phone.ask("ping", new JsonObject()).getString("serverTime")).isNotEmpty();
    assertThat(later).isNotDone();
    phone.register(ann, "phone");
    assertAck(phone.await(later, "call_accept")).isRefused("E101");
  }

  @Test
  void onlySoManyWaitAndTheOthersAreRefusedAtOnce() {
    Phone phone = nodes.connected(0, ann);
    List<CompletableFuture<JsonObject>> answers = new ArrayList<>();
    for (int i = 0; i < 140; i++) {
      answers.add(phone.later("call_accept", of("c" + i)));
    }
    assertAck(phone.await(answers.get(139), "call_accept")).isRefused("E203");
    assertThat(answers.getFirst()).isNotDone();
    phone.register(ann, "phone");
    for (int i = 0; i < 140; i++) {
      assertThat(Phone.code(phone.await(answers.get(i), "call_accept")))
          .as("%d", i)
          .isEqualTo(i < 128 ? "E101" : "E203");
    }
  }

  @Test
  void loggingOutIsNothingThatWaits() {
    Phone phone = nodes.connected(0, ann);
    CompletableFuture<JsonObject> accept = phone.later("call_accept", of("c"));
    assertAck(phone.ask("unregister", new JsonObject())).isRefused("E203");
    assertThat(accept).isNotDone();
    phone.register(ann, "phone");
    assertAck(phone.await(accept, "call_accept")).isRefused("E101");
    Phone caller = nodes.registered(1, bob, "phone");
    initiate(caller, ann);
    phone.hear("incoming_call");
  }
}
