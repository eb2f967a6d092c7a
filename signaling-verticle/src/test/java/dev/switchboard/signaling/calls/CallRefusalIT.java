package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.call;
import static dev.switchboard.signaling.calls.Payloads.candidate;
import static dev.switchboard.signaling.calls.Payloads.initiate;
import static dev.switchboard.signaling.calls.Payloads.of;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, to whom, and with which code. */
@ParameterizedClass
@ValueSource(strings = {"websocket", "polling"})
final class CallRefusalIT extends CallsTest {
  @Test
  void busyCalleeIsE104AndCallBusyAndAMissedCallPush() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    Phone third = nodes.registered(1, eve, "phone");
    nodes.reachable(bob, "phone");
    String callId = initiate(caller, bob);
    assertAck(third.ask("call_initiate", call(bob))).isRefused("E104");
    assertThat(third.hear("call_busy").getString("calleeId")).isEqualTo(bob);
    assertThat(nodes.pushes(bob)).containsExactly("missed_call [\"fcm|phone\"]");
    assertAck(callee.ask("call_accept", of(callId))).isSuccess();
    assertAck(third.ask("call_initiate", call(ann))).isRefused("E104");
    assertThat(callee.all("incoming_call")).hasSize(1);
    assertAck(third.ask("call_end", of(callId))).isRefused("E203");
  }

  @Test
  void calleeWhoIsCallingTheCallerIsGlareAndTheCallGoesOn() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    JsonObject answer = callee.ask("call_initiate", call(ann));
    assertAck(answer).isRefused("E107");
    assertThat(answer.getJsonObject("error").getString("callId")).isEqualTo(callId);
    assertAck(callee.ask("call_accept", of(callId))).isSuccess();
    caller.hear("call_accept");
  }

  @Test
  void bothCallingAtOnceMakesExactlyOneCall() {
    Phone one = nodes.registered(0, ann, "phone");
    Phone two = nodes.registered(1, bob, "phone");
    CompletableFuture<JsonObject> first = one.later("call_initiate", call(bob));
    CompletableFuture<JsonObject> second = two.later("call_initiate", call(ann));
    List<String> codes =
        List.of(
            Phone.code(one.await(first, "call_initiate")),
            Phone.code(two.await(second, "call_initiate")));
    assertThat(codes).containsExactlyInAnyOrder("", "E107");
  }

  @Test
  void callerInACallOnAnotherDeviceIsE108WithThatCall() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone pad = nodes.registered(1, ann, "pad");
    nodes.registered(1, bob, "phone");
    nodes.registered(1, eve, "phone");
    String callId = initiate(caller, bob);
    JsonObject answer = pad.ask("call_initiate", call(eve));
    assertAck(answer).isRefused("E108");
    assertThat(answer.getJsonObject("error").getString("callId")).isEqualTo(callId);
    assertAck(caller.ask("call_end", of(callId))).isSuccess();
  }

  @Test
  void calleeNobodyCanReachIsE103() {
    Phone caller = nodes.registered(0, ann, "phone");
    assertAck(caller.ask("call_initiate", call("nobody of " + ann))).isRefused("E103");
    nodes.registered(1, bob, "phone");
    initiate(caller, bob);
  }

  @Test
  void badAndMissingFieldsAreNamed() {
    Phone caller = nodes.registered(0, ann, "phone");
    JsonObject own = caller.ask("call_initiate", call(ann));
    assertAck(own).isRefused("E301");
    assertRefused(
        caller, "call_initiate", new JsonObject().put("callType", "audio"), "E302", "calleeId");
    assertRefused(
        caller, "call_initiate", new JsonObject().put("calleeId", bob), "E302", "callType");
    assertRefused(caller, "call_initiate", call(bob).put("callType", "smell"), "E301", "callType");
    assertRefused(caller, "call_initiate", call(bob).put("calleeId", 7.5), "E301", "calleeId");
    assertRefused(caller, "call_initiate", call(bob).put("calleeId", true), "E301", "calleeId");
    assertRefused(caller, "call_initiate", call("x".repeat(129)), "E301", "calleeId");
    JsonObject huge = call(bob).put("calleeId", BigInteger.TEN.pow(500));
    assertRefused(caller, "call_initiate", huge, "E301", "calleeId");
    assertRefused(caller, "call_initiate", call(bob).put("callerName", true), "E301", "callerName");
    assertRefused(caller, "call_accept", new JsonObject(), "E302", "callId");
    assertRefused(caller, "call_end", of("").put("callId", new JsonArray()), "E301", "callId");
    assertRefused(caller, "sdp_offer", of("c").put("to", bob), "E302", "sdp");
    assertRefused(caller, "ice_candidate", of("c").put("candidate", "x"), "E302", "to");
    assertRefused(caller, "connection_state", of("c").put("state", "broken"), "E301", "state");
  }

  @Test
  void textsThatNoStoreKeepsAreRefused() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String nul = "x\u0000y";
    assertRefused(caller, "call_initiate", call(nul), "E301", "calleeId");
    assertRefused(caller, "call_initiate", call(bob).put("callerName", nul), "E301", "callerName");
    assertRefused(caller, "call_end", of(nul), "E301", "callId");
    String callId = initiate(caller, bob);
    assertRefused(callee, "call_reject", of(callId).put("reason", nul), "E301", "reason");
    assertAck(callee.ask("call_reject", of(callId).put("reason", "\u0001"))).isSuccess();
    Phone fresh = nodes.connected(0, eve);
    JsonObject registration = new JsonObject().put("userId", eve);
    assertRefused(fresh, "register", registration.copy().put("deviceId", nul), "E301", "deviceId");
    assertRefused(fresh, "register", registration.copy().put("fcmToken", nul), "E301", "fcmToken");
    assertRefused(fresh, "register", new JsonObject().put("userId", nul), "E003", "userId");
  }

  @Test
  void absentPayloadIsOneWithoutItsFields() {
    Phone caller = nodes.registered(0, ann, "phone");
    assertRefused(caller.ask("call_initiate"), "E302", "calleeId");
    for (String event : List.of("call_accept", "call_reject", "call_end", "sdp_offer")) {
      assertRefused(caller.ask(event), "E302", "callId");
    }
    assertRefused(nodes.connected(1, bob).ask("register"), "E003", "userId");
  }

  private static void assertRefused(JsonObject answer, String code, String field) {
    assertThat(Phone.code(answer)).isEqualTo(code);
    assertThat(answer.getJsonObject("error").getString("message")).contains(field);
  }

  private static void assertRefused(
      Phone phone, String event, JsonObject payload, String code, String field) {
    JsonObject answer = phone.ask(event, payload);
    assertThat(Phone.code(answer)).as("%s %s", event, payload).isEqualTo(code);
    assertThat(answer.getJsonObject("error").getString("message")).contains(field);
  }

  @Test
  void failureWithoutAcknowledgementIsAnErrorEvent() {
    Phone caller = nodes.registered(0, ann, "phone");
    caller.tell("call_accept", of("no-such-call"));
    JsonObject error = caller.hear("error");
    assertThat(error.getString("event")).isEqualTo("call_accept");
    assertThat(error.getString("code")).isEqualTo("E101");
    assertThat(error.getString("message")).isNotEmpty();
  }

  @Test
  void unknownCallIsE101() {
    Phone caller = nodes.registered(0, ann, "phone");
    assertAck(caller.ask("call_accept", of("nope"))).isRefused("E101");
    assertAck(caller.ask("call_reject", of("nope"))).isRefused("E101");
    assertAck(caller.ask("sdp_offer", of("nope").put("to", bob).put("sdp", "x"))).isRefused("E101");
    assertAck(caller.ask("ice_candidate", candidate("nope", bob, 1))).isRefused("E101");
    for (Object id : List.of(7, "deadlines", "user:" + ann, UUID.randomUUID().toString())) {
      JsonObject call = new JsonObject().put("callId", id);
      assertThat(caller.code("call_accept", call)).as("%s", id).isEqualTo("E101");
      JsonObject offer = call.copy().put("to", bob).put("sdp", "x");
      assertThat(caller.code("sdp_offer", offer)).as("%s", id).isEqualTo("E101");
    }
    assertAck(caller.ask("call_end", of("nope"))).isRefused("E101");
  }

  @Test
  void callThatIsOverForLongIsEndedAllTheSame() {
    Phone caller = nodes.registered(0, ann, "phone");
    nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    assertAck(caller.ask("call_cancel", of(callId))).isSuccess();
    nodes.redis("DEL", "call:" + callId);
    JsonObject ended =
        new JsonObject().put("success", true).put("callId", callId).put("message", "Call ended");
    assertThat(caller.ask("call_end", of(callId))).isEqualTo(ended);
    assertThat(caller.ask("call_cancel", of(callId))).isEqualTo(ended);
    assertAck(caller.ask("call_reject", of(callId))).isRefused("E101");
  }

  @Test
  void eventThatNobodyKnowsIsE301WhereAnAnswerIsWanted() {
    Phone guest = nodes.phone(0, "").connect();
    Phone caller = nodes.registered(1, ann, "phone");
    for (Phone phone : List.of(guest, caller)) {
      phone.tell("ice_restart", of("c"));
      assertRefused(phone, "ice_restart", of("c"), "E301", "unknown event");
      assertRefused(phone.ask("no-such-event"), "E301", "unknown event");
      assertThat(phone.all("error")).isEmpty();
    }
  }

  @Test
  void guestsAndTheUnregisteredAreE203() {
    Phone guest = nodes.phone(0, "").connect();
    Phone unregistered = nodes.connected(1, ann);
    List<String> events =
        List.of(
            "call_initiate",
            "call_accept",
            "call_reject",
            "call_end",
            "call_cancel",
            "sdp_offer",
            "sdp_answer",
            "ice_candidate",
            "connection_state",
            "call_stats",
            "register_voip_token",
            "unregister");
    for (Phone phone : List.of(guest, unregistered)) {
      List<CompletableFuture<JsonObject>> answers =
          events.stream().map(event -> phone.later(event, of("c"))).toList();
      for (int i = 0; i < answers.size(); i++) {
        JsonObject answer = phone.await(answers.get(i), events.get(i));
        assertThat(Phone.code(answer)).as(events.get(i)).isEqualTo("E203");
      }
    }
    assertAck(guest.ask("register", new JsonObject().put("userId", ann))).isRefused("E203");
    assertThat(guest.hear("registration_error").getString("code")).isEqualTo("E203");
  }

  @Test
  void strangersAndWrongTargetsAreE203() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    Phone stranger = nodes.registered(0, eve, "phone");
    String callId = initiate(caller, bob);
    assertAck(stranger.ask("call_accept", of(callId))).isRefused("E203");
    assertAck(stranger.ask("call_reject", of(callId))).isRefused("E203");
    assertAck(stranger.ask("call_end", of(callId))).isRefused("E203");
    assertAck(stranger.ask("ice_candidate", candidate(callId, bob, 1))).isRefused("E203");
    assertAck(caller.ask("call_accept", of(callId))).isRefused("E203");
    assertAck(caller.ask("ice_candidate", candidate(callId, eve, 1))).isRefused("E203");
    assertAck(caller.ask("ice_candidate", candidate(callId, ann, 1))).isRefused("E203");
    assertAck(callee.ask("call_accept", of(callId))).isSuccess();
    assertThat(callee.heard()).containsExactly("incoming_call");
    assertThat(stranger.heard()).isEmpty();
  }
}
