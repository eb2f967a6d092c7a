package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.accepted;
import static dev.switchboard.signaling.calls.Payloads.call;
import static dev.switchboard.signaling.calls.Payloads.candidate;
import static dev.switchboard.signaling.calls.Payloads.initiate;
import static dev.switchboard.signaling.calls.Payloads.of;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A device that calls while the server has it in a call is out of that one. */
@ParameterizedClass
@ValueSource(strings = {"websocket", "polling"})
final class SupersededCallIT extends CallsTest {
  private static void assertSuperseded(JsonObject end, String callId, String by) {
    assertThat(end.getString("callId")).isEqualTo(callId);
    assertThat(end.getString("reason")).isEqualTo("superseded");
    assertThat(end.getString("endedBy")).isEqualTo(by);
    assertThat(end.getLong("timestamp")).isPositive();
  }

  @Test
  void callOfTheSameDeviceEndsForTheOtherPartyAndTheNewOneRings() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    Phone third = nodes.registered(0, eve, "phone");
    String callId = accepted(caller, callee, bob);
    String next = initiate(caller, eve);
    assertSuperseded(callee.hear("call_end"), callId, ann);
    assertThat(third.hear("incoming_call").getString("callId")).isEqualTo(next);
    assertAck(third.ask("call_accept", of(next))).isSuccess();
    assertThat(caller.hear("call_accept").getString("callId")).isEqualTo(next);
    assertAck(caller.ask("ice_candidate", candidate(next, eve, 1))).isSuccess();
    third.hear("ice_candidate");
    assertAck(caller.ask("ice_candidate", candidate(callId, bob, 1))).isRefused("E102");
    assertThat(caller.heard()).containsExactly("call_accept", "call_accept");
    assertThat(callee.heard()).containsExactly("incoming_call", "call_end");
    nodes.registered(0, "zoe " + ann, "phone");
    initiate(callee, "zoe " + ann);
    Await.until(() -> nodes.history(bob, "").getJsonArray("calls").size() == 1);
    JsonObject ended = nodes.history(bob, "").getJsonArray("calls").getJsonObject(0);
    assertThat(ended.getString("state")).isEqualTo("ended");
    assertThat(ended.getString("reason")).isEqualTo("superseded");
  }

  @Test
  void partyOfACallMayCallTheOtherOneAnew() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = accepted(caller, callee, bob);
    String again = initiate(callee, ann);
    assertSuperseded(caller.hear("call_end"), callId, bob);
    assertThat(caller.hear("incoming_call").getString("callId")).isEqualTo(again);
    assertThat(caller.heard()).containsExactly("call_accept", "call_end", "incoming_call");
    assertAck(caller.ask("call_accept", of(again))).isSuccess();
    assertThat(callee.hear("call_accept").getString("callId")).isEqualTo(again);
  }

  @Test
  void callThatOnlyRangStopsRinging() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    nodes.registered(0, eve, "phone");
    nodes.reachable(bob, "pad");
    String callId = initiate(caller, bob);
    String next = initiate(caller, eve);
    assertSuperseded(callee.hear("call_end"), callId, ann);
    assertThat(callee.hear("call_cancelled").getString("callId")).isEqualTo(callId);
    assertThat(nodes.pushes(bob))
        .containsExactly("incoming_call [\"fcm|pad\"]", "call_cancelled [\"fcm|pad\"]");
    assertAck(callee.ask("call_accept", of(callId))).isRefused("E106");
    assertThat(nodes.redis("GET", "call:user:" + ann).toString()).isEqualTo(next);
    assertThat(nodes.redis("EXISTS", "call:user:" + bob).toInteger()).isZero();
  }

  @Test
  void otherPartyThatIsAwayHearsOfItWhenItIsBack() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    nodes.registered(0, eve, "phone");
    String callId = accepted(caller, callee, bob);
    callee.drop();
    caller.hear("peer_reconnecting");
    initiate(caller, eve);
    Phone back = nodes.connected(0, bob);
    assertThat(back.register(bob, "phone").getBoolean("resumed")).isFalse();
    assertSuperseded(back.hear("call_end"), callId, ann);
  }

  @Test
  void callEndsAlsoWhereTheNewOneIsRefused() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    Phone third = nodes.registered(0, eve, "phone");
    String zoe = "zoe " + ann;
    accepted(third, nodes.registered(1, zoe, "phone"), zoe);
    String callId = accepted(caller, callee, bob);
    assertAck(caller.ask("call_initiate", call(eve))).isRefused("E104");
    assertSuperseded(callee.hear("call_end"), callId, ann);
    assertAck(caller.ask("ice_candidate", candidate(callId, bob, 1))).isRefused("E102");
    String other = accepted(caller, callee, bob);
    assertAck(caller.ask("call_initiate", call("nobody of " + ann))).isRefused("E103");
    assertSuperseded(callee.hear("call_end"), other, ann);
  }

  @Test
  void deviceWithoutANameIsTheSameAsLongAsItsSocketLives() {
    Phone caller = nodes.connected(0, ann);
    caller.ask("register", new JsonObject().put("userId", ann));
    caller.hear("registered");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = accepted(caller, callee, bob);
    initiate(caller, bob);
    assertSuperseded(callee.hear("call_end"), callId, ann);
  }

  @Test
  void sameDeviceAskingForTheSameCalleeIsAnsweredAsTheFirstTimeWhileItRings() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    nodes.reachable(bob, "pad");
    CompletableFuture<JsonObject> first = caller.later("call_initiate", call(bob));
    CompletableFuture<JsonObject> second = caller.later("call_initiate", call(bob));
    JsonObject answer = caller.await(first, "call_initiate");
    assertThat(caller.await(second, "call_initiate")).isEqualTo(answer);
    assertThat(caller.ask("call_initiate", call(bob))).isEqualTo(answer);
    String callId = answer.getString("callId");
    assertThat(nodes.redis("GET", "rate:calls:" + ann).toInteger()).isEqualTo(1);
    assertAck(callee.ask("call_accept", of(callId))).isSuccess();
    assertThat(caller.hear("call_accept").getString("callId")).isEqualTo(callId);
    assertThat(callee.heard()).containsExactly("incoming_call");
    assertThat(nodes.pushes(bob))
        .containsExactly("incoming_call [\"fcm|pad\"]", "call_cancelled [\"fcm|pad\"]");
    assertAck(caller.ask("ice_candidate", candidate(callId, bob, 1))).isSuccess();
    callee.hear("ice_candidate");
  }

  @Test
  void bothPartiesCallingAnewAtOnceLeaveOneCall() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    for (int round = 0; round < 10; round++) {
      String callId = accepted(caller, callee, bob);
      CompletableFuture<JsonObject> one = caller.later("call_initiate", call(bob));
      CompletableFuture<JsonObject> two = callee.later("call_initiate", call(ann));
      JsonObject first = caller.await(one, "call_initiate");
      JsonObject second = callee.await(two, "call_initiate");
      assertThat(List.of(Phone.code(first), Phone.code(second)))
          .containsExactlyInAnyOrder("", "E107");
      String made =
          Phone.code(first).isEmpty() ? first.getString("callId") : second.getString("callId");
      assertThat(made).isNotEqualTo(callId);
      assertThat(nodes.redis("MGET", "call:user:" + ann, "call:user:" + bob))
          .allMatch(claim -> claim.toString().equals(made));
      Phone by = Phone.code(first).isEmpty() ? caller : callee;
      Phone other = Phone.code(first).isEmpty() ? callee : caller;
      assertSuperseded(other.hear("call_end"), callId, Phone.code(first).isEmpty() ? ann : bob);
      assertAck(by.ask("call_end", of(made))).isSuccess();
      assertThat(other.hear("call_end").getString("callId")).isEqualTo(made);
    }
  }

  @Test
  void callThatEndsAtThatVeryMomentEndsOnce() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    Phone third = nodes.registered(0, eve, "phone");
    for (int round = 0; round < 10; round++) {
      String callId = accepted(caller, callee, bob);
      CompletableFuture<JsonObject> end = callee.later("call_end", of(callId));
      String next = initiate(caller, eve);
      assertAck(callee.await(end, "call_end")).isSuccess();
      Await.until(
          () ->
              caller.all("call_end").size() + callee.all("call_end").size()
                  == third.all("incoming_call").size());
      assertAck(caller.ask("call_end", of(next))).isSuccess();
      third.hear("call_cancelled");
    }
    assertThat(third.all("incoming_call")).hasSize(10);
  }
}
