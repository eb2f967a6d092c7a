package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.call;
import static dev.switchboard.signaling.calls.Payloads.of;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The timeline of a call between two nodes, as its parties and operators read it. */
final class TimelineIT {
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static CallNodes nodes;
  private String ann;
  private String bob;

  @BeforeAll
  static void start() {
    nodes = new CallNodes(Map.of("CALL_RING_TIMEOUT", "3s", "RATE_CALLS_PER_MINUTE", "3"));
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @BeforeEach
  void names() {
    int number = NUMBERS.incrementAndGet();
    ann = "ann" + number;
    bob = "bob" + number;
  }

  @AfterEach
  void hangUp() {
    nodes.hangUp();
  }

  private static List<String> steps(JsonObject timeline) {
    return timeline.getJsonArray("steps").stream()
        .map(step -> ((JsonObject) step).getString("step"))
        .toList();
  }

  private static JsonObject step(JsonObject timeline, String name) {
    return timeline.getJsonArray("steps").stream()
        .map(JsonObject.class::cast)
        .filter(step -> name.equals(step.getString("step")))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not in " + timeline));
  }

  private static String verdict(JsonObject timeline) {
    return String.join(
        "\n", timeline.getJsonArray("verdict").stream().map(String::valueOf).toList());
  }

  /** The call that a refusal names. */
  private static String refused(JsonObject answer, String code) {
    assertAck(answer).isRefused(code);
    return answer.getJsonObject("error").getString("callId");
  }

  @Test
  void answeredCallHasItsStepsInOneOrderOverBothNodes() {
    Phone caller = nodes.registered(0, ann, "a");
    Phone callee = nodes.registered(1, bob, "b");
    String id = caller.ask("call_initiate", call(bob)).getString("callId");
    callee.hear("incoming_call");
    assertAck(callee.ask("push_received", of(id).put("shown", true))).isSuccess();
    assertAck(callee.ask("push_received", of(id).put("shown", true))).isSuccess();
    assertAck(callee.ask("call_accept", of(id))).isSuccess();
    caller.ask("connection_state", of(id).put("state", "connected").put("localType", "relay"));
    assertAck(caller.ask("call_end", of(id))).isSuccess();

    Await.until(() -> steps(nodes.timeline(0, id)).contains("media"));
    JsonObject timeline = nodes.timeline(1, id);
    assertThat(steps(timeline))
        .containsSubsequence("initiated", "offered", "push_received", "shown", "accepted", "ended")
        .contains("relay_list", "media")
        .containsOnlyOnce("push_received", "shown")
        .describedAs(timeline::encodePrettily);
    assertThat(step(timeline, "offered").getString("deviceId")).isEqualTo("b");
    assertThat(step(timeline, "media").getString("why")).isEqualTo("connected by relay");
    assertThat(step(timeline, "accepted").getString("node"))
        .isNotEqualTo(step(timeline, "initiated").getString("node"));
    assertThat(timeline.getJsonArray("steps").stream().map(s -> ((JsonObject) s).getLong("at")))
        .isSorted();
    assertThat(timeline.getJsonArray("verdict")).isEmpty();
  }

  @Test
  void refusedAttemptsSayWhy() {
    Phone caller = nodes.registered(0, ann, "a");
    String nobody = "nobody of " + ann;
    String unreachable = refused(caller.ask("call_initiate", call(nobody)), "E103");
    JsonObject timeline = nodes.timeline(0, unreachable);
    assertThat(steps(timeline)).containsExactly("initiated", "refused");
    assertThat(step(timeline, "refused").getString("why")).isEqualTo("unreachable");
    assertThat(verdict(timeline)).startsWith(nobody + " had no device at ");

    Phone callee = nodes.registered(1, bob, "b");
    Phone third = nodes.registered(1, "third of " + ann, "c");
    callee.ask("call_initiate", call("third of " + ann));
    third.hear("incoming_call");
    String busy = refused(caller.ask("call_initiate", call(bob)), "E104");
    assertThat(step(nodes.timeline(0, busy), "refused").getString("why")).isEqualTo("busy");
    assertThat(verdict(nodes.timeline(0, busy))).contains("no device was rung");

    caller.ask("call_initiate", call(nobody));
    String limited = refused(caller.ask("call_initiate", call(nobody)), "E429");
    assertThat(step(nodes.timeline(0, limited), "refused").getString("why")).isEqualTo("limited");
  }

  @Test
  void deviceWithoutAProviderIsNamed() {
    nodes.redis("DEL", "push:providers");
    nodes.redis("HSET", "push:reach:" + bob, "apns_voip|phone", "1");
    Phone caller = nodes.registered(0, ann, "a");
    String id = refused(caller.ask("call_initiate", call(bob)), "E103");
    JsonObject timeline = nodes.timeline(1, id);
    assertThat(step(timeline, "push_dropped").getString("why")).isEqualTo("no_provider");
    assertThat(verdict(timeline))
        .startsWith("iPhone of " + bob + ": no push node that runs delivers by APNs");
  }

  @Test
  void suspendedDeviceIsRungByPush() {
    nodes.reachable(bob, "b");
    Phone caller = nodes.registered(0, ann, "a");
    try (RawPhone callee = new RawPhone(nodes, 1, bob).registered("b")) {
      assertThat(callee).isNotNull();
      String id = caller.ask("call_initiate", call(bob)).getString("callId");
      Await.until(() -> steps(nodes.timeline(0, id)).contains("push_queued"));
      JsonObject timeline = nodes.timeline(0, id);
      assertThat(steps(timeline))
          .containsSubsequence("initiated", "offered", "probe_unanswered", "push_queued");
      Await.until(() -> steps(nodes.timeline(0, id)).contains("timed_out"));
      assertThat(verdict(nodes.timeline(0, id)))
          .contains("its socket gave no answer")
          .contains("its push was queued");
    }
  }

  @Test
  void devicesThatComeBackAreOnIt() {
    Phone caller = nodes.registered(0, ann, "a");
    Phone callee = nodes.registered(1, bob, "b");
    String id = caller.ask("call_initiate", call(bob)).getString("callId");
    callee.hear("incoming_call");
    nodes.registered(0, bob, "late").hear("incoming_call");
    assertAck(callee.ask("call_accept", of(id))).isSuccess();
    nodes.drop(callee, bob, "b");
    caller.hear("peer_reconnecting");
    nodes.registered(0, bob, "b");
    caller.hear("peer_reconnected");
    assertThat(steps(nodes.timeline(0, id)))
        .containsSubsequence("offered", "offered", "accepted", "reconnecting", "resumed");
  }

  @Test
  void partiesSeeTheirOwnDevicesAndOthersNothing() {
    Phone caller = nodes.registered(0, ann, "a");
    nodes.registered(1, bob, "b");
    String id = caller.ask("call_initiate", call(bob)).getString("callId");
    assertThat(steps(nodes.timeline(0, id, nodes.token(ann)))).doesNotContain("offered");
    assertThat(steps(nodes.timeline(0, id, nodes.token(bob)))).contains("initiated", "offered");
    assertThat(step(nodes.timeline(0, id, nodes.token(bob)), "initiated").getString("deviceId"))
        .isNull();
    assertThat(nodes.timelineStatus(id, nodes.token("eve"))).isEqualTo(403);
    assertThat(nodes.timelineStatus(id, "")).isEqualTo(401);
    assertThat(nodes.timelineStatus("no-such-call", nodes.token(ann))).isEqualTo(404);
  }

  @Test
  void strangersConfirmNothing() {
    Phone caller = nodes.registered(0, ann, "a");
    nodes.registered(1, bob, "b");
    String id = caller.ask("call_initiate", call(bob)).getString("callId");
    assertAck(nodes.registered(1, "eve", "e").ask("push_received", of(id))).isRefused("E203");
    assertAck(caller.ask("push_received", of(UUID.randomUUID().toString()))).isRefused("E101");
    assertAck(caller.ask("push_received", new JsonObject())).isRefused("E302");
  }

  @Test
  void timelineThatCanNotBeWrittenHoldsUpNothing() {
    Phone caller = nodes.registered(0, ann, "a");
    Phone callee = nodes.registered(1, bob, "b");
    String id = caller.ask("call_initiate", call(bob)).getString("callId");
    callee.hear("incoming_call");
    nodes.redis("DEL", "timeline:" + id);
    nodes.redis("SET", "timeline:" + id, "in the way");
    assertAck(callee.ask("call_accept", of(id))).isSuccess();
    assertAck(caller.ask("call_end", of(id))).isSuccess();
    callee.hear("call_end");
  }

  @Test
  void stepsThatComeLateDoNotBringADeletedOneBack() {
    Phone caller = nodes.registered(0, ann, "a");
    Phone callee = nodes.registered(1, bob, "b");
    String id = caller.ask("call_initiate", call(bob)).getString("callId");
    callee.hear("incoming_call");
    nodes.redis("DEL", "timeline:" + id);
    assertAck(callee.ask("call_accept", of(id))).isSuccess();
    assertAck(callee.ask("call_end", of(id))).isSuccess();
    caller.hear("call_end");
    assertThat(nodes.redis("EXISTS", "timeline:" + id).toInteger()).isZero();
  }

  @Test
  void itIsKeptForItsLife() {
    Phone caller = nodes.registered(0, ann, "a");
    String id = refused(caller.ask("call_initiate", call("nobody of " + ann)), "E103");
    assertThat(nodes.lifeOf("timeline:" + id)).isBetween(600_000_000L, 604_800_000L);
  }

  @Test
  void eachStepGivesItItsWholeLifeAnew() {
    Phone caller = nodes.registered(0, ann, "a");
    Phone callee = nodes.registered(1, bob, "b");
    String id = caller.ask("call_initiate", call(bob)).getString("callId");
    callee.hear("incoming_call");
    nodes.redis("PEXPIRE", "timeline:" + id, "60000");
    assertAck(callee.ask("call_accept", of(id))).isSuccess();
    assertThat(nodes.lifeOf("timeline:" + id)).isGreaterThan(600_000_000L);
    assertAck(callee.ask("call_end", of(id))).isSuccess();
    caller.hear("call_end");
  }
}
