package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.candidate;
import static dev.switchboard.signaling.calls.Payloads.initiate;
import static dev.switchboard.signaling.calls.Payloads.of;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.PUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Blocks and do-not-disturb: who hears what, and what nobody hears. */
final class QuietIT extends ControlTest {
  private static final String DND = "/v1/dnd";

  private void block(String user, String blocked) {
    answer(200, PUT, 0, "/v1/blocks/" + blocked, nodes.token(user), null);
  }

  @Test
  void blockedCallerHearsItRingOutAsIfNobodyAnswered() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    nodes.reachable(bob, "tablet");
    String before = initiate(caller, bob);
    assertAck(caller.ask("ice_candidate", candidate(before, bob, 1))).isSuccess();
    JsonObject unanswered = caller.hear("call_timeout");
    callee.hear("call_timeout");
    Await.until(() -> nodes.history(bob, "").getJsonArray("calls").size() == 1);
    List<String> pushed = nodes.pushes(bob);
    callee.forget();

    block(bob, ann);
    JsonObject rung = caller.ask("call_initiate", Payloads.call(bob));
    assertAck(rung).isSuccess();
    assertThat(rung.getString("state")).isEqualTo("ringing");
    String callId = rung.getString("callId");
    JsonObject relayed = caller.ask("ice_candidate", candidate(callId, bob, 1));
    assertThat(relayed).isEqualTo(new JsonObject().put("success", true));
    Phone late = nodes.registered(0, bob, "laptop");
    JsonObject over = caller.hear("call_timeout");
    assertThat(over.fieldNames()).isEqualTo(unanswered.fieldNames());
    assertThat(over.getString("reason")).isEqualTo(unanswered.getString("reason"));
    JsonObject seen = get(200, "/api/v1/calls/" + callId + "/timeline", nodes.token(ann));
    assertThat(seen.encode()).doesNotContain("block", "silence");
    assertThat(get(200, "/api/v1/calls/" + callId + "/timeline", READER).getJsonArray("verdict"))
        .singleElement()
        .asString()
        .contains("had blocked");

    assertThat(callee.heard()).isEmpty();
    assertThat(late.heard()).isEmpty();
    assertThat(nodes.pushes(bob)).isEqualTo(pushed);
    Await.until(() -> nodes.history(ann, "").getJsonArray("calls").size() == 2);
    JsonObject record = nodes.history(ann, "").getJsonArray("calls").getJsonObject(0);
    assertThat(record.getString("state")).isEqualTo("timeout");
    assertThat(record.getString("reason")).isEqualTo("no_answer");
    assertThat(nodes.history(bob, "").getJsonArray("calls")).hasSize(1);
    get(404, "/api/v1/calls/" + callId, nodes.token(bob));
    nodes.redis("DEL", "call:" + callId);
    get(404, "/api/v1/calls/" + callId, nodes.token(bob));
    get(200, "/api/v1/calls/" + callId, nodes.token(ann));
  }

  @Test
  void whoBlocksIsFreeForOthersMeanwhile() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    Phone third = nodes.registered(0, eve, "phone");
    block(bob, ann);
    String callId = initiate(caller, bob);
    String other = initiate(third, bob);
    assertThat(callee.hear("incoming_call").getString("callId")).isEqualTo(other);
    assertAck(callee.ask("call_accept", of(other))).isSuccess();
    // the callee learns nothing of who rings in vain
    assertAck(callee.ask("call_end", of(other))).isSuccess();
    assertAck(callee.ask("call_initiate", Payloads.call(ann))).isRefused("E104");
    assertAck(caller.ask("call_end", of(callId))).isSuccess();
    assertThat(callee.heard()).doesNotContain("call_end", "call_cancelled");
  }

  @Test
  void blocksAreListedLiftedAndOnesOwn() {
    String mine = nodes.token(ann);
    for (int i = 0; i < 3; i++) {
      answer(200, PUT, i % 2, "/v1/blocks/" + bob + i, mine, null);
    }
    answer(200, PUT, 1, "/v1/blocks/" + bob + 1, mine, null);
    JsonObject page = get(200, "/v1/blocks?limit=2", mine);
    assertThat(page.getJsonArray("blocks")).hasSize(2);
    JsonObject rest = get(200, "/v1/blocks?limit=2&after=" + page.getString("next"), mine);
    assertThat(rest.getJsonArray("blocks")).hasSize(1);
    assertThat(rest.getString("next")).isNull();
    answer(204, DELETE, 0, "/v1/blocks/" + bob + 1, mine, null);
    answer(204, DELETE, 0, "/v1/blocks/" + bob + 1, mine, null);
    get(404, "/v1/blocks/" + bob + 1, mine);
    assertThat(get(200, "/v1/blocks/" + bob + 2, mine).getString("userId")).isEqualTo(bob + 2);
    assertThat(get(200, "/v1/blocks", nodes.token(eve)).getJsonArray("blocks")).isEmpty();
    answer(422, PUT, 0, "/v1/blocks/" + ann, mine, null);
    answer(422, PUT, 0, "/v1/blocks/" + "x".repeat(129), mine, null);
    answer(401, GET, 0, "/v1/blocks", "nonsense", null);

    Phone caller = nodes.registered(0, bob + 1, "phone");
    Phone callee = nodes.registered(1, ann, "phone");
    initiate(caller, ann);
    callee.hear("incoming_call");
  }

  @Test
  void blocksOutliveTheLossOfRedisKeys() {
    block(bob, ann);
    nodes.redis("DEL", "user:blocks:" + bob, "user:blocks-complete");
    Await.until(() -> nodes.redis("SISMEMBER", "user:blocks:" + bob, ann).toInteger() == 1, 20);
  }

  @Test
  void whoIsNotToBeDisturbedIsToldOnceAfterwards() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone third = nodes.registered(0, eve, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    nodes.reachable(bob, "tablet");
    String mine = nodes.token(bob);
    long until = System.currentTimeMillis() + 3_600_000;
    answer(422, PUT, 0, DND, mine, new JsonObject());
    answer(422, PUT, 0, DND, mine, new JsonObject().put("until", 1));
    answer(422, PUT, 0, DND, mine, new JsonObject().put("until", "tomorrow"));
    String iso = Instant.ofEpochMilli(until).toString();
    assertThat(answer(200, PUT, 0, DND, mine, new JsonObject().put("until", iso)).getLong("until"))
        .isEqualTo(until);
    assertThat(get(200, DND, mine).getLong("until")).isEqualTo(until);
    String first = initiate(caller, bob);
    caller.hear("call_timeout");
    assertThat(get(200, "/api/v1/calls/" + first + "/timeline", mine).getJsonArray("verdict"))
        .singleElement()
        .asString()
        .contains("not to be disturbed");
    assertThat(get(200, "/api/v1/users/" + bob + "/reachability", mine).getJsonArray("wouldRing"))
        .isNotEmpty()
        .allSatisfy(one -> assertThat(((JsonObject) one).getString("by")).isNull());
    String second = initiate(third, bob);
    assertAck(third.ask("call_end", of(second))).isSuccess();
    Await.until(() -> nodes.history(bob, "").getJsonArray("calls").size() == 2);
    assertThat(callee.heard()).isEmpty();
    assertThat(nodes.pushes(bob)).isEmpty();

    answer(204, DELETE, 1, DND, mine, null);
    assertThat(get(200, DND, mine).getValue("until")).isNull();
    assertThat(nodes.pushes(bob)).containsExactly("missed_call [\"fcm|tablet\"]");
    assertThat(nodes.missedCall(bob)).isEqualTo(second).isNotEqualTo(first);
    initiate(caller, bob);
    callee.hear("incoming_call");
  }

  @Test
  void doNotDisturbEndsByItself() {
    Phone caller = nodes.registered(0, ann, "phone");
    nodes.registered(1, bob, "phone");
    nodes.reachable(bob, "tablet");
    long until = System.currentTimeMillis() + 3_000;
    answer(200, PUT, 0, DND, nodes.token(bob), new JsonObject().put("until", until));
    String callId = initiate(caller, bob);
    assertAck(caller.ask("call_end", of(callId))).isSuccess();
    Await.until(() -> nodes.pushes(bob).size() == 1, 20);
    assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(until);
    assertThat(nodes.missedCall(bob)).isEqualTo(callId);
  }
}
