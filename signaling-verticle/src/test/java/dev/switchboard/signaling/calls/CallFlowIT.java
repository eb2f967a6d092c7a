package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.call;
import static dev.switchboard.signaling.calls.Payloads.candidate;
import static dev.switchboard.signaling.calls.Payloads.candidates;
import static dev.switchboard.signaling.calls.Payloads.initiate;
import static dev.switchboard.signaling.calls.Payloads.numbered;
import static dev.switchboard.signaling.calls.Payloads.of;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A call from its first ring to its end, and signaling within it. */
@ParameterizedClass
@ValueSource(strings = {"websocket", "polling"})
final class CallFlowIT extends CallsTest {
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
    assertAck(callee.ask("sdp_answer", of(callId).put("to", ann).put("sdp", "plain text")))
        .isSuccess();
    assertThat(caller.hear("sdp_answer").getString("sdp")).isEqualTo("plain text");

    for (int i = 0; i < 40; i++) {
      caller.tell("ice_candidate", candidate(callId, bob, i));
      callee.tell("ice_candidate", candidate(callId, ann, 100 + i));
    }
    assertThat(caller.ask("ice_candidate", candidate(callId, bob, 40)))
        .isEqualTo(new JsonObject().put("success", true));
    assertAck(callee.ask("ice_candidate", candidate(callId, ann, 140))).isSuccess();
    Await.until(() -> candidates(caller).size() == 41 && candidates(callee).size() == 41);
    assertThat(candidates(callee)).isEqualTo(numbered(0, 41));
    assertThat(candidates(caller)).isEqualTo(numbered(100, 141));

    assertAck(
            caller.ask(
                "connection_state", of(callId).put("state", "connected").put("localType", "host")))
        .isSuccess();
    assertThat(caller.ask("call_end", of(callId)).getString("callId")).isEqualTo(callId);
    JsonObject ended = callee.hear("call_end");
    assertThat(ended.getString("reason")).isEqualTo("hangup");
    assertThat(ended.getString("endedBy")).isEqualTo(ann);
    assertAck(callee.ask("call_end", of(callId))).isSuccess();
    assertAck(caller.ask("call_end", of(callId))).isSuccess();
    assertThat(caller.all("call_end")).isEmpty();
    assertThat(callee.all("call_end")).hasSize(1);
    assertAck(caller.ask("ice_candidate", candidate(callId, bob, 41))).isRefused("E102");
    assertThat(initiate(callee, ann)).isNotEqualTo(callId);
  }

  @Test
  void rejectionTellsTheCallerAndTheOtherDevices() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone first = nodes.registered(1, bob, "phone");
    Phone second = nodes.registered(0, bob, "pad");
    String callId = initiate(caller, bob);
    first.hear("incoming_call");
    second.hear("incoming_call");
    assertAck(first.ask("call_reject", of(callId))).isSuccess();
    JsonObject rejected = caller.hear("call_reject");
    assertThat(rejected.getString("reason")).isEqualTo("declined");
    assertThat(rejected.getString("calleeId")).isEqualTo(bob);
    assertThat(second.hear("call_end").getString("reason")).isEqualTo("declined_elsewhere");
    assertAck(second.ask("call_accept", of(callId))).isRefused("E102");
    JsonObject again = first.ask("call_reject", of(callId));
    assertThat(again.getBoolean("success")).isTrue();
    assertThat(again.getString("callId")).isEqualTo(callId);
    assertAck(second.ask("call_reject", of(callId))).isRefused("E102");
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
    assertAck(caller.ask("call_end", of(callId))).isSuccess();
    for (Phone device : List.of(first, second)) {
      assertThat(device.hear("call_cancelled").getString("callId")).isEqualTo(callId);
      assertThat(device.hear("call_end").getString("reason")).isEqualTo("cancelled");
      assertThat(device.heard()).containsExactly("incoming_call", "call_end", "call_cancelled");
    }
    assertAck(first.ask("call_accept", of(callId))).isRefused("E106");
    assertAck(second.ask("call_reject", of(callId))).isRefused("E106");
    assertAck(first.ask("call_end", of(callId))).isSuccess();
  }

  @Test
  void endByTheCalleeWhileItRingsDeclinesWithoutCallReject() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone first = nodes.registered(1, bob, "phone");
    Phone second = nodes.registered(1, bob, "pad");
    String callId = initiate(caller, bob);
    assertAck(first.ask("call_end", of(callId))).isSuccess();
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
    assertAck(first.ask("call_accept", of(callId))).isSuccess();
    JsonObject elsewhere = second.hear("call_end");
    assertThat(elsewhere.getString("reason")).isEqualTo("answered_elsewhere");
    assertThat(elsewhere.getString("endedBy")).isEqualTo(bob);
    assertAck(second.ask("call_accept", of(callId))).isRefused("E102");
    assertAck(second.ask("ice_candidate", candidate(callId, ann, 1))).isRefused("E102");
    caller.hear("call_accept");
    assertAck(caller.ask("ice_candidate", candidate(callId, bob, 2))).isSuccess();
    first.hear("ice_candidate");
    assertAck(first.ask("call_end", of(callId))).isSuccess();
    caller.hear("call_end");
    assertThat(second.heard()).containsExactly("incoming_call", "call_end");
  }

  @Test
  void signalingWhileItRingsReachesEveryDeviceOfTheCallee() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone first = nodes.registered(1, bob, "phone");
    Phone second = nodes.registered(0, bob, "pad");
    String callId = initiate(caller, bob);
    assertAck(caller.ask("sdp_offer", of(callId).put("to", bob).put("sdp", "early"))).isSuccess();
    assertThat(first.hear("sdp_offer").getString("sdp")).isEqualTo("early");
    assertThat(second.hear("sdp_offer").getString("sdp")).isEqualTo("early");
    assertThat(first.heard()).containsExactly("incoming_call", "sdp_offer");
  }

  @Test
  void payloadAboveTheBoundIsE301() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    int around = of(callId).put("to", bob).put("sdp", "").encode().length();
    String largest = "x".repeat(65_536 - around);
    JsonObject large = of(callId).put("to", bob).put("sdp", largest + "x");
    assertAck(caller.ask("sdp_offer", large)).isRefused("E301");
    JsonObject fits = of(callId).put("to", bob).put("sdp", largest);
    assertAck(caller.ask("sdp_offer", fits)).isSuccess();
    assertThat(callee.hear("sdp_offer").getString("sdp")).isEqualTo(largest);
  }

  @Test
  void callIsInRedisUnderItsKeyAsLongAsItsStateNeeds() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    String key = "call:" + callId;
    assertThat(nodes.redis("HMGET", key, "callId", "callerId", "calleeId", "callType", "state"))
        .extracting(Object::toString)
        .containsExactly(callId, ann, bob, "video", "ringing");
    assertThat(nodes.lifeOf(key)).isBetween(60_000L, 105_000L);
    assertAck(callee.ask("call_accept", of(callId))).isSuccess();
    assertThat(nodes.redis("HGET", key, "state").toString()).isEqualTo("accepted");
    assertThat(nodes.lifeOf(key)).isBetween(7_100_000L, 7_200_000L);
    assertAck(callee.ask("call_end", of(callId))).isSuccess();
    assertThat(nodes.redis("HGET", key, "state").toString()).isEqualTo("ended");
    assertThat(nodes.lifeOf(key)).isBetween(1L, 30_000L);
    List<Long> times = new ArrayList<>();
    nodes
        .redis("HMGET", key, "createdAt", "acceptedAt", "endedAt")
        .forEach(time -> times.add(time.toLong()));
    assertThat(times).isSorted().allMatch(time -> time > 0);
  }

  @Test
  void iceServersComeWithTheAcknowledgementsAndAreRenewedDuringTheCall() {
    List<JsonObject> asked = new CopyOnWriteArrayList<>();
    JsonArray list = new JsonArray().add(new JsonObject().put("urls", "stun:here.example"));
    MessageConsumer<JsonObject> ice =
        nodes.playIce(
            message -> {
              asked.add(message.body());
              message.reply(new JsonObject().put("iceServers", list).put("ttl", 1));
            });
    try {
      Phone caller = nodes.registered(0, ann, "phone");
      Phone callee = nodes.registered(1, bob, "phone");
      JsonObject started = caller.ask("call_initiate", call(bob));
      assertThat(started.getJsonArray("iceServers")).isEqualTo(list);
      JsonObject accepted = callee.ask("call_accept", of(started.getString("callId")));
      assertThat(accepted.getJsonArray("iceServers")).isEqualTo(list);
      for (Phone phone : List.of(caller, callee, caller, callee)) {
        assertThat(phone.hear("ice_servers"))
            .isEqualTo(of(started.getString("callId")).put("iceServers", list).put("ttl", 1));
      }
      JsonObject ofCaller = of(started.getString("callId")).put("userId", ann);
      assertThat(asked).contains(new JsonObject().put("userId", ann), ofCaller);
    } finally {
      Await.await(ice.unregister());
    }
  }

  private static JsonObject relay(String name) {
    return new JsonObject()
        .put("urls", "turn:relay.example")
        .put("username", name)
        .put("credential", "signed for " + name);
  }

  /** Plays an ICE role whose relay is for each user by name, and one that has a password. */
  private MessageConsumer<JsonObject> playRelays(JsonObject ofAll, int ttl) {
    return nodes.playIce(
        message -> {
          JsonArray list =
              new JsonArray()
                  .add(ofAll)
                  .add(relay("1800000000:" + message.body().getString("userId")));
          message.reply(new JsonObject().put("iceServers", list).put("ttl", ttl));
        });
  }

  @Test
  void whileTheIceRoleIsAwayEachKeepsTheRelayItKnows() {
    JsonObject ofAll = relay("everybody");
    MessageConsumer<JsonObject> ice = playRelays(ofAll, 600);
    Phone caller = nodes.registered(0, ann, "phone");
    nodes.registered(1, bob, "phone");
    Await.await(ice.unregister());
    assertThat(caller.ask("call_initiate", call(bob)).getJsonArray("iceServers"))
        .containsExactly(ofAll, relay("1800000000:" + ann));
    Phone stranger = nodes.registered(0, "eve-" + ann, "phone");
    assertThat(stranger.all("registered").getFirst().getJsonArray("iceServers"))
        .containsExactly(ofAll);
  }

  @Test
  void relayIsNotTakenFromACallWhoseRenewalGetsNoAnswer() {
    MessageConsumer<JsonObject> ice = playRelays(relay("old"), 1);
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = caller.ask("call_initiate", call(bob)).getString("callId");
    callee.ask("call_accept", of(callId));
    caller.hear("ice_servers");
    Await.await(ice.unregister());
    MessageConsumer<JsonObject> back = playRelays(relay("new"), 600);
    try {
      Await.until(
          () ->
              caller.all("ice_servers").stream()
                  .anyMatch(
                      it -> it.getJsonArray("iceServers").getJsonObject(0).equals(relay("new"))));
      assertThat(caller.all("ice_servers"))
          .allMatch(it -> it.getJsonArray("iceServers").contains(relay("1800000000:" + ann)));
    } finally {
      Await.await(back.unregister());
    }
  }

  @Test
  void callDoesNotWaitForAnIceRoleThatDoesNotAnswer() {
    Phone caller = nodes.registered(0, ann, "phone");
    nodes.registered(1, bob, "phone");
    MessageConsumer<JsonObject> silent = nodes.playIce(message -> {});
    try {
      JsonObject started = caller.ask("call_initiate", call(bob));
      assertThat(started.getBoolean("success")).isTrue();
      assertThat(started.getJsonArray("iceServers")).isNotEmpty();
    } finally {
      Await.await(silent.unregister());
    }
  }
}
