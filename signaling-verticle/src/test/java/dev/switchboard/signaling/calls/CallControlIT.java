package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.accepted;
import static dev.switchboard.signaling.calls.Payloads.initiate;
import static dev.switchboard.signaling.calls.Payloads.of;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.POST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Calls as a team's back end sees, starts and ends them. */
final class CallControlIT extends ControlTest {
  private static final String CALLS = "/api/v1/calls";
  private static final String LIVE = "/api/v1/live/calls";

  private JsonObject ring(String requestId) {
    return new JsonObject()
        .put("callerId", ann)
        .put("calleeId", bob)
        .put("callType", "video")
        .put("callerName", "Ann of support")
        .put("metadata", new JsonObject().put("ticket", 7))
        .put("requestId", ann + requestId);
  }

  private static List<String> ids(JsonObject page) {
    return page.getJsonArray("calls").stream()
        .map(call -> ((JsonObject) call).getString("callId"))
        .toList();
  }

  @Test
  void liveCallsAreListedPageByPageAndToTheirPartiesAlone() {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Phone caller = nodes.registered(0, ann + "-" + i, "phone");
      Phone callee = nodes.registered(1, bob + "-" + i, "phone");
      made.add(accepted(caller, callee, bob + "-" + i));
    }
    List<String> listed = new ArrayList<>();
    String next = "";
    do {
      JsonObject page = get(200, LIVE + "?limit=1&after=" + next, READER);
      assertThat(page.getJsonArray("calls").size()).isLessThanOrEqualTo(1);
      listed.addAll(ids(page));
      next = page.getString("next");
    } while (next != null);
    assertThat(listed).containsAll(made).doesNotHaveDuplicates();

    String mine = nodes.token(ann + "-1");
    assertThat(ids(get(200, LIVE, mine))).containsExactly(made.get(1));
    assertThat(ids(get(200, LIVE + "?userId=" + bob + "-2", KEY))).containsExactly(made.get(2));
    get(403, LIVE + "?userId=" + bob + "-2", mine);
    get(403, LIVE, PUSHER);
    get(401, LIVE, "nonsense");
    get(422, LIVE + "?after=nonsense", KEY);
    get(422, LIVE + "?limit=0", KEY);

    JsonObject call = get(200, CALLS + "/" + made.get(1), mine);
    assertThat(call.getBoolean("live")).isTrue();
    assertThat(call.getString("state")).isEqualTo("accepted");
    get(403, CALLS + "/" + made.get(0), mine);
    get(404, CALLS + "/" + UUID.randomUUID(), KEY);
    get(404, CALLS + "/nonsense", KEY);
  }

  @Test
  void endedCallIsShownAndEndsForBothWithTheReason() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String path = CALLS + "/" + accepted(caller, callee, bob);
    JsonObject why = new JsonObject().put("reason", "shift is over");
    answer(403, DELETE, 0, path, nodes.token(eve), why);
    answer(403, DELETE, 0, path, READER, why);
    answer(422, DELETE, 0, path, KEY, new JsonObject().put("reason", "x".repeat(257)));
    JsonObject ended = answer(200, DELETE, 1, path, KEY, why);
    assertThat(ended.getString("state")).isEqualTo("ended");
    for (Phone phone : List.of(caller, callee)) {
      JsonObject heard = phone.hear("call_end");
      assertThat(heard.getString("reason")).isEqualTo("shift is over");
      assertThat(heard.getString("endedBy")).isEqualTo("system");
    }
    assertThat(answer(200, DELETE, 0, path, KEY, null).getString("reason"))
        .isEqualTo("shift is over");
    Await.until(() -> nodes.history(ann, "").getJsonArray("calls").size() == 1);
    String callId = ended.getString("callId");
    Await.until(() -> nodes.redis("DEL", "call:" + callId).toInteger() == 1);
    JsonObject past = get(200, path, nodes.token(bob));
    assertThat(past.getBoolean("live")).isFalse();
    assertThat(past.getString("reason")).isEqualTo("shift is over");
    answer(200, DELETE, 0, path, KEY, null);
    answer(404, DELETE, 0, CALLS + "/" + UUID.randomUUID(), KEY, null);
  }

  @Test
  void ringingCallIsCancelledForBoth() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    callee.hear("incoming_call");
    answer(200, DELETE, 1, CALLS + "/" + callId, nodes.operatorToken(), null);
    assertThat(caller.hear("call_end").getString("reason")).isEqualTo("terminated");
    assertThat(callee.hear("call_end").getString("reason")).isEqualTo("terminated");
    callee.hear("call_cancelled");
  }

  @Test
  void callOnBehalfRingsAndIsTakenByOneDeviceOfTheCaller() {
    Phone phone = nodes.registered(0, ann, "phone");
    Phone tablet = nodes.registered(1, ann, "tablet");
    Phone callee = nodes.registered(1, bob, "phone");
    JsonObject made = answer(201, POST, 0, CALLS, KEY, ring("r1"));
    String callId = made.getString("callId");
    JsonObject incoming = callee.hear("incoming_call");
    assertThat(incoming.getString("callerName")).isEqualTo("Ann of support");
    assertThat(incoming.getJsonObject("metadata").getInteger("ticket")).isEqualTo(7);
    assertThat(phone.hear("outgoing_call").getString("callId")).isEqualTo(callId);
    assertThat(tablet.hear("outgoing_call").getString("calleeId")).isEqualTo(bob);

    JsonObject sdp = new JsonObject().put("type", "offer").put("sdp", "v=0");
    JsonObject offer = of(callId).put("to", bob).put("sdp", sdp);
    assertAck(phone.ask("sdp_offer", offer)).isRefused("E102");
    assertAck(callee.ask("call_accept", of(callId))).isSuccess();
    JsonObject early = of(callId).put("to", ann).put("candidate", new JsonObject().put("c", 1));
    assertAck(callee.ask("ice_candidate", early)).isSuccess();
    phone.hear("call_accept");
    tablet.hear("call_accept");
    assertAck(tablet.ask("call_accept", of(callId))).isSuccess();
    assertAck(tablet.ask("call_accept", of(callId))).isSuccess();
    assertThat(tablet.hear("ice_candidate").getString("callId")).isEqualTo(callId);
    assertThat(phone.hear("call_end").getString("reason")).isEqualTo("answered_elsewhere");
    assertAck(phone.ask("call_accept", of(callId))).isRefused("E102");
    callee.hear("peer_reconnected");
    assertAck(tablet.ask("sdp_offer", offer)).isSuccess();
    assertThat(callee.hear("sdp_offer").getString("from")).isEqualTo(ann);
    JsonObject answer = of(callId).put("to", ann).put("sdp", sdp.copy().put("type", "answer"));
    assertAck(callee.ask("sdp_answer", answer)).isSuccess();
    tablet.hear("sdp_answer");
    assertThat(phone.heard()).doesNotContain("sdp_answer");
    assertAck(tablet.ask("call_end", of(callId))).isSuccess();
    callee.hear("call_end");

    JsonObject again = answer(200, POST, 1, CALLS, KEY, ring("r1"));
    assertThat(again.getString("callId")).isEqualTo(callId);
    Await.until(() -> nodes.history(bob, "").getJsonArray("calls").size() == 1);
    JsonObject record = nodes.history(bob, "").getJsonArray("calls").getJsonObject(0);
    assertThat(record.getJsonObject("metadata").getInteger("ticket")).isEqualTo(7);
    nodes.redis("DEL", "call:" + callId);
    assertThat(answer(200, POST, 1, CALLS, KEY, ring("r1")).getString("callId")).isEqualTo(callId);
    answer(409, POST, 1, CALLS, KEY, ring("r1").put("callType", "audio"));
  }

  @Test
  void deviceThatComesLaterIsToldOfTheCallAndOneThatNeverComesEndsIt() {
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = answer(201, POST, 0, CALLS, KEY, ring("r1")).getString("callId");
    callee.hear("incoming_call");
    assertAck(callee.ask("call_accept", of(callId))).isSuccess();
    Phone phone = nodes.registered(0, ann, "phone");
    JsonObject told = phone.hear("outgoing_call");
    assertThat(told.getString("state")).isEqualTo("accepted");
    // nobody takes it within the grace
    assertThat(callee.hear("call_end").getString("reason")).isEqualTo("peer_lost");
    assertThat(phone.hear("call_end").getString("reason")).isEqualTo("peer_lost");
  }

  @Test
  void oneOfManyRequestsAtOnceMakesTheCallAndAllAnswerIt() {
    nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    List<CompletableFuture<JsonObject>> asked = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int node = i % 2;
      asked.add(
          CompletableFuture.supplyAsync(
              () -> nodes.rest(POST, node, CALLS, KEY, ring("r1")).bodyAsJsonObject()));
    }
    assertThat(asked.stream().map(one -> one.join().getString("callId")).distinct()).hasSize(1);
    callee.hear("incoming_call");
    callee.hear("call_timeout");
    assertThat(callee.all("incoming_call")).hasSize(1);
  }

  @Test
  void whatCanNotRingIsRefusedAndRefusedAgain() {
    String attempt = answer(404, POST, 0, CALLS, KEY, ring("r1")).getString("callId");
    assertThat(get(200, CALLS + "/" + attempt + "/timeline", READER).getJsonArray("verdict"))
        .singleElement()
        .asString()
        .contains("no device");
    nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    assertThat(answer(404, POST, 1, CALLS, KEY, ring("r1")).getString("code")).isEqualTo("E103");
    Phone third = nodes.registered(0, eve, "phone");
    accepted(third, callee, bob);
    assertThat(answer(409, POST, 1, CALLS, KEY, ring("r2")).getString("error")).isEqualTo("busy");
    answer(403, POST, 0, CALLS, nodes.token(eve), ring("r3"));
    answer(403, POST, 0, CALLS, READER, ring("r3"));
    for (String field : List.of("callerId", "calleeId", "callType", "requestId")) {
      JsonObject bad = ring("r4");
      bad.remove(field);
      assertThat(answer(422, POST, 0, CALLS, KEY, bad).getString("detail")).contains(field);
    }
    answer(422, POST, 0, CALLS, KEY, ring("r4").put("metadata", new JsonArray()));
    answer(
        422,
        POST,
        0,
        CALLS,
        KEY,
        ring("r4").put("metadata", new JsonObject().put("a", "ü".repeat(512))));
    answer(422, POST, 0, CALLS, KEY, ring("r4").put("calleeId", ann));
    answer(422, POST, 0, CALLS, KEY, ring("r4").put("calleeId", "a\u0000b"));
  }

  @Test
  void whoRingsTooOftenIsToldWhenToTryAgain() {
    nodes.redis("SET", "rate:calls:" + ann, "30", "PX", "60000");
    nodes.registered(1, bob, "phone");
    answer(429, POST, 0, CALLS, KEY, ring("r1"));
  }

  @Test
  void metadataOfACallerGoesAlongAndMustBeSmall() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    JsonObject call = Payloads.call(bob).put("metadata", new JsonObject().put("k", "v"));
    assertAck(caller.ask("call_initiate", call)).isSuccess();
    assertThat(callee.hear("incoming_call").getJsonObject("metadata").getString("k"))
        .isEqualTo("v");
    JsonObject large =
        Payloads.call(bob).put("metadata", new JsonObject().put("k", "v".repeat(1_024)));
    assertAck(caller.ask("call_initiate", large)).isRefused("E301");
    assertAck(caller.ask("call_initiate", Payloads.call(bob).put("metadata", "x")))
        .isRefused("E301");
  }
}
