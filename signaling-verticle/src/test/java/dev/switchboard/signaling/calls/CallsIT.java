package dev.switchboard.signaling.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls between clients of two nodes. Each test has users of its own. */
final class CallsIT {
  private static CallNodes nodes;
  private static int tests;

  private String ann;
  private String bob;

  @BeforeAll
  static void start() {
    RealRedis.flush();
    nodes = new CallNodes(Map.of());
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
  }

  @AfterEach
  void hangUp() {
    nodes.hangUp();
  }

  private static JsonObject call(String callee) {
    return new JsonObject().put("calleeId", callee).put("callType", "video");
  }

  private static JsonObject of(String callId) {
    return new JsonObject().put("callId", callId);
  }

  private static String initiate(Phone caller, String callee) {
    JsonObject answer = caller.ask("call_initiate", call(callee));
    assertThat(answer.getBoolean("success")).as("%s", answer).isTrue();
    return answer.getString("callId");
  }

  private static JsonObject candidate(String callId, String to, int number) {
    return of(callId)
        .put("to", to)
        .put(
            "candidate",
            new JsonObject()
                .put("candidate", "candidate:" + number)
                .put("sdpMid", "0")
                .putNull("usernameFragment"));
  }

  private static List<String> candidates(Phone phone) {
    return phone.all("ice_candidate").stream()
        .map(event -> event.getJsonObject("candidate").getString("candidate"))
        .toList();
  }

  @Test
  void wholeCallBetweenTwoNodes() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    JsonObject started =
        caller.ask(
            "call_initiate", call(bob).put("callerName", "Ann").put("callerAvatar", "http://a/b"));
    String callId = started.getString("callId");
    assertThat(started.getString("state")).isEqualTo("ringing");
    assertThat(started.getString("message")).isNotEmpty();
    assertThat(started.getJsonArray("iceServers")).isNotEmpty();

    JsonObject offered = callee.hear("incoming_call");
    assertThat(offered.remove("timestamp")).isInstanceOf(Number.class);
    assertThat(offered)
        .isEqualTo(
            of(callId)
                .put("callerId", ann)
                .put("callerName", "Ann")
                .put("callerAvatar", "http://a/b")
                .put("callType", "video"));

    JsonObject accepted = callee.ask("call_accept", of(callId));
    assertThat(accepted.getString("state")).isEqualTo("accepted");
    assertThat(accepted.getJsonArray("iceServers")).isNotEmpty();
    JsonObject told = caller.hear("call_accept");
    assertThat(told.getString("calleeId")).isEqualTo(bob);
    assertThat(told.getString("callId")).isEqualTo(callId);

    JsonObject sdp = new JsonObject().put("type", "offer").put("sdp", "v=0\r\ns=\u00e9\u2028 -");
    assertThat(caller.ask("sdp_offer", of(callId).put("to", bob).put("sdp", sdp)))
        .isEqualTo(new JsonObject().put("success", true).put("message", "Sent"));
    JsonObject offer = callee.hear("sdp_offer");
    assertThat(offer.getString("from")).isEqualTo(ann);
    assertThat(offer.getJsonObject("sdp")).isEqualTo(sdp);
    assertThat(callee.code("sdp_answer", of(callId).put("to", ann).put("sdp", "plain text")))
        .isEmpty();
    assertThat(caller.hear("sdp_answer").getString("sdp")).isEqualTo("plain text");

    for (int i = 0; i < 40; i++) {
      caller.tell("ice_candidate", candidate(callId, bob, i));
      callee.tell("ice_candidate", candidate(callId, ann, 100 + i));
    }
    assertThat(caller.ask("ice_candidate", candidate(callId, bob, 40)))
        .isEqualTo(new JsonObject().put("success", true));
    assertThat(callee.code("ice_candidate", candidate(callId, ann, 140))).isEmpty();
    Await.until(() -> candidates(caller).size() == 41 && candidates(callee).size() == 41);
    assertThat(candidates(callee)).isEqualTo(numbered(0, 41));
    assertThat(candidates(caller)).isEqualTo(numbered(100, 141));

    assertThat(
            caller.code(
                "connection_state", of(callId).put("state", "connected").put("localType", "host")))
        .isEmpty();
    assertThat(caller.ask("call_end", of(callId)).getString("callId")).isEqualTo(callId);
    JsonObject ended = callee.hear("call_end");
    assertThat(ended.getString("reason")).isEqualTo("hangup");
    assertThat(ended.getString("endedBy")).isEqualTo(ann);
    assertThat(callee.code("call_end", of(callId))).isEmpty();
    assertThat(caller.code("call_end", of(callId))).isEmpty();
    assertThat(caller.all("call_end")).isEmpty();
    assertThat(callee.all("call_end")).hasSize(1);
    assertThat(caller.code("ice_candidate", candidate(callId, bob, 41))).isEqualTo("E102");
    assertThat(initiate(callee, ann)).isNotEqualTo(callId);
  }

  private static List<String> numbered(int from, int to) {
    List<String> names = new ArrayList<>();
    for (int i = from; i < to; i++) {
      names.add("candidate:" + i);
    }
    return names;
  }

  @Test
  void rejectionTellsTheCallerAndTheOtherDevices() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone first = nodes.registered(1, bob, "phone");
    Phone second = nodes.registered(0, bob, "pad");
    String callId = initiate(caller, bob);
    first.hear("incoming_call");
    second.hear("incoming_call");
    assertThat(first.code("call_reject", of(callId))).isEmpty();
    JsonObject rejected = caller.hear("call_reject");
    assertThat(rejected.getString("reason")).isEqualTo("declined");
    assertThat(rejected.getString("calleeId")).isEqualTo(bob);
    assertThat(second.hear("call_end").getString("reason")).isEqualTo("declined_elsewhere");
    assertThat(second.code("call_accept", of(callId))).isEqualTo("E102");
    assertThat(first.code("call_reject", of(callId))).isEqualTo("E102");
    assertThat(first.heard()).containsExactly("incoming_call");
    assertThat(caller.heard()).containsExactly("call_reject");
  }

  @Test
  void rejectionCarriesItsReason() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    callee.tell("call_reject", of(callId).put("reason", "in a meeting"));
    assertThat(caller.hear("call_reject").getString("reason")).isEqualTo("in a meeting");
  }

  @Test
  void cancellationIsCallEndThenCallCancelledOnEveryDevice() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone first = nodes.registered(1, bob, "phone");
    Phone second = nodes.registered(0, bob, "pad");
    String callId = initiate(caller, bob);
    assertThat(caller.code("call_end", of(callId))).isEmpty();
    for (Phone device : List.of(first, second)) {
      assertThat(device.hear("call_cancelled").getString("callId")).isEqualTo(callId);
      assertThat(device.hear("call_end").getString("reason")).isEqualTo("cancelled");
      assertThat(device.heard()).containsExactly("incoming_call", "call_end", "call_cancelled");
    }
    assertThat(first.code("call_accept", of(callId))).isEqualTo("E106");
    assertThat(second.code("call_reject", of(callId))).isEqualTo("E106");
    assertThat(first.code("call_end", of(callId))).isEmpty();
  }

  @Test
  void endByTheCalleeWhileItRingsDeclinesWithoutCallReject() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone first = nodes.registered(1, bob, "phone");
    Phone second = nodes.registered(1, bob, "pad");
    String callId = initiate(caller, bob);
    assertThat(first.code("call_end", of(callId))).isEmpty();
    assertThat(caller.hear("call_end").getString("reason")).isEqualTo("declined");
    assertThat(second.hear("call_end").getString("reason")).isEqualTo("declined_elsewhere");
    assertThat(caller.heard()).containsExactly("call_end");
  }

  @Test
  void acceptedOnOneDeviceIsAnsweredElsewhereOnTheOther() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone first = nodes.registered(1, bob, "phone");
    Phone second = nodes.registered(0, bob, "pad");
    String callId = initiate(caller, bob);
    second.hear("incoming_call");
    assertThat(first.code("call_accept", of(callId))).isEmpty();
    JsonObject elsewhere = second.hear("call_end");
    assertThat(elsewhere.getString("reason")).isEqualTo("answered_elsewhere");
    assertThat(elsewhere.getString("endedBy")).isEqualTo(bob);
    assertThat(second.code("call_accept", of(callId))).isEqualTo("E102");
    assertThat(second.code("ice_candidate", candidate(callId, ann, 1))).isEqualTo("E102");
    caller.hear("call_accept");
    assertThat(caller.code("ice_candidate", candidate(callId, bob, 2))).isEmpty();
    first.hear("ice_candidate");
    assertThat(first.code("call_end", of(callId))).isEmpty();
    caller.hear("call_end");
    assertThat(second.heard()).containsExactly("incoming_call", "call_end");
  }

  @Test
  void signalingWhileItRingsReachesEveryDeviceOfTheCallee() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone first = nodes.registered(1, bob, "phone");
    Phone second = nodes.registered(0, bob, "pad");
    String callId = initiate(caller, bob);
    assertThat(caller.code("sdp_offer", of(callId).put("to", bob).put("sdp", "early"))).isEmpty();
    assertThat(first.hear("sdp_offer").getString("sdp")).isEqualTo("early");
    assertThat(second.hear("sdp_offer").getString("sdp")).isEqualTo("early");
    assertThat(first.heard()).containsExactly("incoming_call", "sdp_offer");
  }

  @Test
  void busyCalleeIsE104AndCallBusyAndAMissedCallPush() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    Phone third = nodes.registered(1, "eve" + tests, "phone");
    nodes.reachable(bob, "phone");
    String callId = initiate(caller, bob);
    assertThat(third.code("call_initiate", call(bob))).isEqualTo("E104");
    assertThat(third.hear("call_busy").getString("calleeId")).isEqualTo(bob);
    assertThat(nodes.pushes(bob)).containsExactly("missed_call [\"fcm|phone\"]");
    assertThat(callee.code("call_accept", of(callId))).isEmpty();
    assertThat(third.code("call_initiate", call(ann))).isEqualTo("E104");
    assertThat(callee.all("incoming_call")).hasSize(1);
    assertThat(third.code("call_end", of(callId))).isEqualTo("E203");
  }

  @Test
  void calleeWhoIsCallingTheCallerIsGlareAndTheCallGoesOn() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    JsonObject answer = callee.ask("call_initiate", call(ann));
    assertThat(Phone.code(answer)).isEqualTo("E107");
    assertThat(answer.getJsonObject("error").getString("callId")).isEqualTo(callId);
    assertThat(callee.code("call_accept", of(callId))).isEmpty();
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
            Phone.code(Phone.await(first, "call_initiate")),
            Phone.code(Phone.await(second, "call_initiate")));
    assertThat(codes).containsExactlyInAnyOrder("", "E107");
  }

  @Test
  void callerInACallIsE108WithThatCall() {
    Phone caller = nodes.registered(0, ann, "phone");
    nodes.registered(1, bob, "phone");
    nodes.registered(1, "eve" + tests, "phone");
    String callId = initiate(caller, bob);
    JsonObject answer = caller.ask("call_initiate", call("eve" + tests));
    assertThat(Phone.code(answer)).isEqualTo("E108");
    assertThat(answer.getJsonObject("error").getString("callId")).isEqualTo(callId);
    assertThat(caller.code("call_end", of(callId))).isEmpty();
  }

  @Test
  void calleeNobodyCanReachIsE103() {
    Phone caller = nodes.registered(0, ann, "phone");
    assertThat(caller.code("call_initiate", call("nobody" + tests))).isEqualTo("E103");
    nodes.registered(1, bob, "phone");
    initiate(caller, bob);
  }

  @Test
  void badAndMissingFieldsAreNamed() {
    Phone caller = nodes.registered(0, ann, "phone");
    JsonObject own = caller.ask("call_initiate", call(ann));
    assertThat(Phone.code(own)).isEqualTo("E301");
    assertRefused(
        caller, "call_initiate", new JsonObject().put("callType", "audio"), "E302", "calleeId");
    assertRefused(
        caller, "call_initiate", new JsonObject().put("calleeId", bob), "E302", "callType");
    assertRefused(caller, "call_initiate", call(bob).put("callType", "smell"), "E301", "callType");
    assertRefused(caller, "call_initiate", call(bob).put("calleeId", 7), "E301", "calleeId");
    assertRefused(caller, "call_initiate", call("x".repeat(129)), "E301", "calleeId");
    assertRefused(caller, "call_initiate", call(bob).put("callerName", true), "E301", "callerName");
    assertRefused(caller, "call_accept", new JsonObject(), "E302", "callId");
    assertRefused(caller, "call_end", of("").put("callId", new JsonArray()), "E301", "callId");
    assertRefused(caller, "sdp_offer", of("c").put("to", bob), "E302", "sdp");
    assertRefused(caller, "ice_candidate", of("c").put("candidate", "x"), "E302", "to");
    assertRefused(caller, "connection_state", of("c").put("state", "broken"), "E301", "state");
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
    assertThat(caller.code("call_accept", of("nope"))).isEqualTo("E101");
    assertThat(caller.code("call_reject", of("nope"))).isEqualTo("E101");
    assertThat(caller.code("sdp_offer", of("nope").put("to", bob).put("sdp", "x")))
        .isEqualTo("E101");
    assertThat(caller.code("ice_candidate", candidate("nope", bob, 1))).isEqualTo("E101");
  }

  @Test
  void guestsAndTheUnregisteredAreE203() {
    Phone guest = nodes.phone(0, "").connect();
    Phone unregistered = nodes.connected(1, ann);
    for (Phone phone : List.of(guest, unregistered)) {
      assertThat(phone.code("call_initiate", call(bob))).isEqualTo("E203");
      assertThat(phone.code("call_accept", of("c"))).isEqualTo("E203");
      assertThat(phone.code("call_reject", of("c"))).isEqualTo("E203");
      assertThat(phone.code("call_end", of("c"))).isEqualTo("E203");
      assertThat(phone.code("sdp_offer", of("c"))).isEqualTo("E203");
      assertThat(phone.code("sdp_answer", of("c"))).isEqualTo("E203");
      assertThat(phone.code("ice_candidate", of("c"))).isEqualTo("E203");
      assertThat(phone.code("unregister", new JsonObject())).isEqualTo("E203");
    }
    assertThat(guest.code("register", new JsonObject().put("userId", ann))).isEqualTo("E203");
    assertThat(guest.hear("registration_error").getString("code")).isEqualTo("E203");
  }

  @Test
  void strangersAndWrongTargetsAreE203() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    Phone eve = nodes.registered(0, "eve" + tests, "phone");
    String callId = initiate(caller, bob);
    assertThat(eve.code("call_accept", of(callId))).isEqualTo("E203");
    assertThat(eve.code("call_reject", of(callId))).isEqualTo("E203");
    assertThat(eve.code("call_end", of(callId))).isEqualTo("E203");
    assertThat(eve.code("ice_candidate", candidate(callId, bob, 1))).isEqualTo("E203");
    assertThat(caller.code("call_accept", of(callId))).isEqualTo("E203");
    assertThat(caller.code("ice_candidate", candidate(callId, "eve" + tests, 1))).isEqualTo("E203");
    assertThat(caller.code("ice_candidate", candidate(callId, ann, 1))).isEqualTo("E203");
    assertThat(callee.code("call_accept", of(callId))).isEmpty();
    assertThat(callee.heard()).containsExactly("incoming_call");
    assertThat(eve.heard()).isEmpty();
  }

  @Test
  void registrationAnswersAndRefuses() {
    Phone phone = nodes.connected(0, ann);
    assertThat(phone.code("register", new JsonObject())).isEqualTo("E003");
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
    assertThat(
            phone.code("register_voip_token", new JsonObject().put("voipToken", "ab".repeat(32))))
        .isEmpty();
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
  void displacedSocketLeavesItsCallToTheNewerOne() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    assertThat(callee.code("call_accept", of(callId))).isEmpty();
    Phone newer = nodes.connected(1, ann);
    assertThat(newer.register(ann, "phone").getBoolean("resumed")).isTrue();
    assertThat(newer.hear("call_resumed").getString("peerId")).isEqualTo(bob);
    caller.hear("(disconnect)");
    assertThat(callee.code("ice_candidate", candidate(callId, ann, 1))).isEmpty();
    newer.hear("ice_candidate");
    assertThat(newer.code("ice_candidate", candidate(callId, bob, 2))).isEmpty();
    callee.hear("ice_candidate");
    assertThat(callee.all("peer_reconnecting")).isEmpty();
  }

  @Test
  void deviceThatComesBackOnAnotherNodeGetsWhatItMissedInOrderAndOnce() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    assertThat(callee.code("call_accept", of(callId))).isEmpty();
    caller.hear("call_accept");
    assertThat(caller.code("ice_candidate", candidate(callId, bob, 0))).isEmpty();
    callee.hear("ice_candidate");

    callee.drop();
    assertThat(caller.hear("peer_reconnecting")).isEqualTo(of(callId).put("userId", bob));
    List<CompletableFuture<JsonObject>> sent = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      sent.add(caller.later("ice_candidate", candidate(callId, bob, i)));
    }
    sent.forEach(
        answer -> assertThat(Phone.await(answer, "ice_candidate").getBoolean("success")).isTrue());

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
    assertThat(back.code("ice_candidate", candidate(callId, ann, 1))).isEmpty();
    caller.hear("ice_candidate");
    assertThat(back.code("call_end", of(callId))).isEmpty();
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
    assertThat(callee.code("call_accept", of(callId))).isEmpty();
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
    assertThat(callee.code("call_accept", of(callId))).isEmpty();
    caller.drop();
    callee.hear("peer_reconnecting");
    assertThat(callee.code("ice_candidate", candidate(callId, ann, 1))).isEmpty();
    Phone back = nodes.connected(1, ann);
    assertThat(back.ask("register", new JsonObject().put("userId", ann)).getBoolean("resumed"))
        .isTrue();
    assertThat(back.hear("call_resumed").getString("callId")).isEqualTo(callId);
    back.hear("ice_candidate");
    callee.hear("peer_reconnected");
    assertThat(callee.code("ice_candidate", candidate(callId, ann, 2))).isEmpty();
    Await.until(() -> candidates(back).size() == 2);
  }

  @Test
  void ringingCallIsOfferedAgainToADeviceThatRegisters() {
    Phone caller = nodes.registered(0, ann, "phone");
    nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    Phone woken = nodes.registered(0, bob, "pad");
    assertThat(woken.hear("incoming_call").getString("callId")).isEqualTo(callId);
    assertThat(woken.code("call_accept", of(callId))).isEmpty();
    caller.hear("call_accept");
  }

  @Test
  void calleeWithoutASocketIsPushedAndFindsItsCall() {
    Phone caller = nodes.registered(0, ann, "phone");
    nodes.reachable(bob, "phone");
    String callId = initiate(caller, bob);
    assertThat(nodes.pushes(bob)).containsExactly("incoming_call [\"fcm|phone\"]");
    assertThat(caller.code("sdp_offer", of(callId).put("to", bob).put("sdp", "early"))).isEmpty();
    Phone woken = nodes.registered(1, bob, "phone");
    woken.hear("incoming_call");
    assertThat(woken.hear("sdp_offer").getString("sdp")).isEqualTo("early");
    assertThat(caller.code("call_end", of(callId))).isEmpty();
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
    assertThat(back.code("call_accept", of(callId))).isEmpty();
    caller.hear("call_accept");
    assertThat(caller.heard()).containsExactly("call_accept");
  }

  @Test
  void unregisteringEndsTheCallAndTakesSessionsAndTokens() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    nodes.reachable(bob, "phone");
    String callId = initiate(caller, bob);
    assertThat(callee.code("call_accept", of(callId))).isEmpty();
    assertThat(callee.ask("unregister", new JsonObject()))
        .isEqualTo(new JsonObject().put("success", true));
    assertThat(caller.hear("call_end").getString("reason")).isEqualTo("hangup");
    assertThat(nodes.redis("EXISTS", "session:user:" + bob, "push:reach:" + bob).toInteger())
        .isZero();
    assertThat(caller.code("call_initiate", call(bob))).isEqualTo("E103");
    assertThat(callee.code("call_initiate", call(ann))).isEqualTo("E203");
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
  void payloadAboveTheBoundIsE301() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    JsonObject large = of(callId).put("to", bob).put("sdp", "x".repeat(65_536));
    assertThat(caller.code("sdp_offer", large)).isEqualTo("E301");
    JsonObject fits = of(callId).put("to", bob).put("sdp", "x".repeat(60_000));
    assertThat(caller.code("sdp_offer", fits)).isEmpty();
    assertThat(callee.hear("sdp_offer").getString("sdp")).hasSize(60_000);
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
    assertThat(phone.code("refresh_token", new JsonObject().put("token", nodes.token(ann))))
        .isEmpty();
    assertThat(phone.code("refresh_token", new JsonObject().put("token", nodes.token(bob))))
        .isEqualTo("E203");
    assertThat(phone.code("refresh_token", new JsonObject().put("token", "x"))).isEqualTo("E201");
    assertThat(phone.code("refresh_token", new JsonObject().put("token", nodes.expiredToken(ann))))
        .isEqualTo("E202");
    assertThat(phone.code("refresh_token", new JsonObject())).isEqualTo("E302");
  }

  @Test
  void finishedCallsAreListedToTheirPartiesNewestFirst() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String first = initiate(caller, bob);
    assertThat(callee.code("call_accept", of(first))).isEmpty();
    assertThat(callee.code("call_end", of(first))).isEmpty();
    String second = initiate(caller, bob);
    assertThat(callee.code("call_reject", of(second).put("reason", "later"))).isEmpty();
    String third = initiate(callee, ann);
    assertThat(callee.code("call_end", of(third))).isEmpty();

    Await.until(() -> nodes.history(ann, "").getJsonArray("calls").size() == 3);
    JsonArray calls = nodes.history(bob, "").getJsonArray("calls");
    assertThat(calls.stream().map(it -> ((JsonObject) it).getString("callId")))
        .containsExactly(third, second, first);
    JsonObject answered = calls.getJsonObject(2);
    assertThat(answered.getString("state")).isEqualTo("ended");
    assertThat(answered.getString("reason")).isEqualTo("hangup");
    assertThat(answered.getString("callerId")).isEqualTo(ann);
    assertThat(answered.getString("calleeId")).isEqualTo(bob);
    assertThat(answered.getString("callType")).isEqualTo("video");
    assertThat(answered.getLong("acceptedAt"))
        .isBetween(answered.getLong("createdAt"), answered.getLong("endedAt"));
    assertThat(answered.getLong("durationMs"))
        .isEqualTo(answered.getLong("endedAt") - answered.getLong("acceptedAt"));
    JsonObject rejected = calls.getJsonObject(1);
    assertThat(rejected.getString("state")).isEqualTo("rejected");
    assertThat(rejected.getString("reason")).isEqualTo("later");
    assertThat(rejected.getValue("acceptedAt")).isNull();
    assertThat(calls.getJsonObject(0).getString("state")).isEqualTo("cancelled");

    JsonObject page = nodes.history(ann, "?limit=2");
    assertThat(page.getJsonArray("calls")).hasSize(2);
    JsonObject rest = nodes.history(ann, "?limit=2&before=" + page.getValue("nextBefore"));
    assertThat(rest.getJsonArray("calls")).hasSize(1);
    assertThat(rest.getValue("nextBefore")).isNull();
    assertThat(nodes.history("eve" + tests, "").getJsonArray("calls")).isEmpty();
    assertThat(nodes.historyStatus("")).isEqualTo(401);
    assertThat(nodes.historyStatus(nodes.expiredToken(ann))).isEqualTo(401);
  }
}
