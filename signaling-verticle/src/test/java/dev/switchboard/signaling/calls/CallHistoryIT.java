package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.accepted;
import static dev.switchboard.signaling.calls.Payloads.call;
import static dev.switchboard.signaling.calls.Payloads.candidate;
import static dev.switchboard.signaling.calls.Payloads.initiate;
import static dev.switchboard.signaling.calls.Payloads.of;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.signaling.SignalingKeys;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The records that finished calls leave. */
@ParameterizedClass
@ValueSource(strings = {"websocket", "polling"})
final class CallHistoryIT extends CallsTest {
  @Test
  void finishedCallsAreListedToTheirPartiesNewestFirst() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String first = initiate(caller, bob);
    assertAck(callee.ask("call_accept", of(first))).isSuccess();
    assertAck(callee.ask("call_end", of(first))).isSuccess();
    String second = initiate(caller, bob);
    assertAck(callee.ask("call_reject", of(second).put("reason", "later"))).isSuccess();
    String third = initiate(callee, ann);
    assertAck(callee.ask("call_end", of(third))).isSuccess();

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
    assertThat(nodes.history(eve, "").getJsonArray("calls")).isEmpty();
    assertThat(nodes.historyStatus("")).isEqualTo(401);
    assertThat(nodes.historyStatus(nodes.expiredToken(ann))).isEqualTo(401);
  }

  @Test
  void attemptThatNobodyCouldTakeIsListedToBothParties() {
    Phone caller = nodes.registered(0, ann, "phone");
    nodes.registered(1, bob, "phone");
    Phone third = nodes.registered(1, eve, "phone");
    nodes.reachable(bob, "phone");
    String callId = initiate(caller, bob);
    assertAck(third.ask("call_initiate", call(bob))).isRefused("E104");
    String nobody = "nobody of " + ann;
    assertAck(third.ask("call_initiate", call(nobody))).isRefused("E103");
    assertAck(third.ask("call_initiate", call("x".repeat(129)))).isRefused("E301");

    Await.until(() -> nodes.history(eve, "").getJsonArray("calls").size() == 2);
    JsonArray calls = nodes.history(eve, "").getJsonArray("calls");
    JsonObject busy = calls.getJsonObject(1);
    assertThat(busy).isEqualTo(nodes.history(bob, "").getJsonArray("calls").getJsonObject(0));
    assertThat(busy.getString("callId")).isEqualTo(nodes.missedCall(bob)).isNotEqualTo(callId);
    assertRefused(busy, eve, bob, "busy");
    JsonObject unreachable = calls.getJsonObject(0);
    assertRefused(unreachable, eve, nobody, "unavailable");
    assertThat(nodes.history(nobody, "").getJsonArray("calls")).containsExactly(unreachable);
    assertAck(third.ask("call_end", of(busy.getString("callId")))).isSuccess();
  }

  private static void assertRefused(
      JsonObject record, String caller, String callee, String reason) {
    assertThat(record.getString("callerId")).isEqualTo(caller);
    assertThat(record.getString("calleeId")).isEqualTo(callee);
    assertThat(record.getString("callType")).isEqualTo("video");
    assertThat(record.getString("state")).isEqualTo("rejected");
    assertThat(record.getString("reason")).isEqualTo(reason);
    assertThat(record.getValue("acceptedAt")).isNull();
    assertThat(record.getLong("durationMs")).isZero();
    assertThat(record.getLong("endedAt")).isGreaterThanOrEqualTo(record.getLong("createdAt"));
  }

  @Test
  void recordThatPostgresRefusesHoldsUpNoOther() {
    Phone caller = nodes.registered(0, ann, "phone");
    nodes.registered(1, bob, "phone");
    Call refused = CallMachineTest.ringing().over(CallState.REJECTED, "\u0000", "bob", 1);
    for (String record :
        List.of(
            CallFields.write(refused).encode(), "{\"state\":\"of another version\"}", "{nope")) {
      nodes.redis("XADD", SignalingKeys.CALL_RECORDS, "*", CallFields.RECORD, record);
      String callId = initiate(caller, bob);
      assertAck(caller.ask("call_end", of(callId))).isSuccess();
      Await.until(
          () ->
              nodes.history(ann, "?limit=1").getJsonArray("calls").stream()
                  .anyMatch(it -> ((JsonObject) it).getString("callId").equals(callId)));
    }
    Await.until(() -> nodes.redis("XLEN", SignalingKeys.CALL_RECORDS).toInteger() == 0);
  }

  @Test
  void pageThatNobodyCanHaveSeenIsABadRequest() {
    String cursor =
        Base64.getUrlEncoder().encodeToString("1.\u0000".getBytes(StandardCharsets.UTF_8));
    for (String query : List.of("?before=" + cursor, "?before=%zz", "?limit=%zz", "?x=%zz")) {
      assertThat(nodes.historyStatus(nodes.token(ann), query)).as(query).isEqualTo(400);
    }
  }

  @Test
  void callsGoOnWithoutPostgresAndTheirRecordsFollow() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId;
    RealPostgres.stop();
    try {
      callId = accepted(caller, callee, bob);
      assertAck(caller.ask("ice_candidate", candidate(callId, bob, 1))).isSuccess();
      callee.hear("ice_candidate");
      assertThat(nodes.historyStatus(nodes.token(ann))).isEqualTo(503);
      assertAck(caller.ask("call_end", of(callId))).isSuccess();
      callee.hear("call_end");
      nodes.registered(1, eve, "phone");
    } finally {
      RealPostgres.start();
    }
    Await.until(() -> nodes.historyStatus(nodes.token(ann)) == 200, 30);
    Await.until(() -> nodes.history(ann, "").getJsonArray("calls").size() == 1, 30);
    assertThat(nodes.history(bob, "").getJsonArray("calls").getJsonObject(0).getString("callId"))
        .isEqualTo(callId);
  }
}
