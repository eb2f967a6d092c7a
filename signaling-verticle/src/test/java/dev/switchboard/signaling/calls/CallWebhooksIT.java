package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.accepted;
import static dev.switchboard.signaling.calls.Payloads.call;
import static dev.switchboard.signaling.calls.Payloads.initiate;
import static dev.switchboard.signaling.calls.Payloads.of;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.webhooks.WebhookEntry;
import dev.switchboard.shared.webhooks.WebhookKeys;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What calls file for the team's back end, which nobody sends here. */
final class CallWebhooksIT {
  private static CallNodes nodes;
  private static int tests;
  private String ann;
  private String bob;
  private String eve;

  @BeforeAll
  static void start() {
    RealRedis.flush();
    nodes =
        new CallNodes(
            Map.of(
                "WEBHOOK_URL",
                "https://backend.example/hooks",
                "CALL_RING_TIMEOUT",
                "5s",
                "RATE_CALLS_PER_MINUTE",
                "2"));
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
    eve = "eve" + tests;
  }

  @AfterEach
  void hangUp() {
    nodes.hangUp();
  }

  private static List<JsonObject> events(String callId) {
    List<JsonObject> events = new ArrayList<>();
    for (Response entry : nodes.redis("LRANGE", WebhookKeys.queue("call/" + callId), "0", "-1")) {
      events.add(new JsonObject(WebhookEntry.parse(entry.toString()).orElseThrow().body()));
    }
    return events;
  }

  private static List<String> types(String callId) {
    List<String> types = new ArrayList<>();
    for (JsonObject event : events(callId)) {
      types.add(event.getJsonObject("data").getInteger("seq") + " " + event.getString("type"));
    }
    return types;
  }

  /** Of an attempt that its caller got no id for. */
  private static List<JsonObject> refusals(String caller) {
    List<JsonObject> found = new ArrayList<>();
    for (Response key : nodes.redis("KEYS", "webhook:queue:call/*")) {
      String callId = key.toString().substring("webhook:queue:call/".length());
      for (JsonObject event : events(callId)) {
        if (event.getString("type").equals("call.refused")
            && event.getJsonObject("data").getString("callerId").equals(caller)) {
          found.add(event.getJsonObject("data"));
        }
      }
    }
    return found;
  }

  @Test
  void callThatIsTakenAndHungUpHasThreeEventsInOrder() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = accepted(caller, callee, bob);
    assertAck(callee.ask("call_end", of(callId))).isSuccess();
    assertThat(types(callId)).containsExactly("1 call.ringing", "2 call.accepted", "3 call.ended");
    JsonObject ended = events(callId).getLast().getJsonObject("data");
    assertThat(ended.getMap())
        .containsEntry("callId", callId)
        .containsEntry("callerId", ann)
        .containsEntry("calleeId", bob)
        .containsEntry("callType", "video")
        .containsEntry("state", "ended")
        .containsEntry("reason", "hangup")
        .containsEntry("endedBy", bob)
        .containsKeys("createdAt", "acceptedAt", "endedAt", "duration", "durationMs");
    assertThat(nodes.redis("ZSCORE", WebhookKeys.DUE, "call/" + callId)).isNotNull();
  }

  @Test
  void callThatIsRejectedSaysSo() {
    Phone caller = nodes.registered(0, ann, "phone");
    Phone callee = nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    callee.hear("incoming_call");
    assertAck(callee.ask("call_reject", of(callId).put("reason", "\"}} later"))).isSuccess();
    assertThat(types(callId)).containsExactly("1 call.ringing", "2 call.ended");
    assertThat(events(callId).getLast().getJsonObject("data").getString("reason"))
        .isEqualTo("\"}} later");
  }

  @Test
  void callThatNobodyTakesIsMissedAndEnded() {
    Phone caller = nodes.registered(0, ann, "phone");
    nodes.registered(1, bob, "phone");
    String callId = initiate(caller, bob);
    caller.hear("call_timeout");
    assertThat(types(callId)).containsExactly("1 call.ringing", "2 call.missed", "3 call.ended");
    assertThat(events(callId).getLast().getJsonObject("data").getString("reason"))
        .isEqualTo("no_answer");
  }

  @Test
  void attemptsThatAreRefusedSayWhy() {
    Phone caller = nodes.registered(0, ann, "phone");
    nodes.registered(1, bob, "phone");
    Phone third = nodes.registered(1, eve, "phone");
    String callId = initiate(caller, bob);
    assertAck(third.ask("call_initiate", call(bob))).isRefused("E104");
    assertAck(third.ask("call_initiate", call("nobody" + tests))).isRefused("E103");
    assertAck(third.ask("call_initiate", call("nobody" + tests))).isRefused("E429");
    assertAck(third.ask("call_initiate", call("nobody" + tests))).isRefused("E429");
    assertThat(refusals(eve))
        .extracting(data -> data.getString("reason"))
        .containsExactlyInAnyOrder("busy", "unavailable", "limited");
    assertThat(refusals(eve)).extracting(data -> data.getInteger("seq")).containsOnly(1);
    assertThat(types(callId)).containsExactly("1 call.ringing");
  }

  @Test
  void callThatAnotherTakesThePlaceOfEnds() {
    Phone caller = nodes.registered(0, ann, "phone");
    nodes.registered(1, bob, "phone");
    nodes.registered(1, eve, "phone");
    String first = initiate(caller, bob);
    String second = initiate(caller, eve);
    assertThat(types(first)).containsExactly("1 call.ringing", "2 call.ended");
    assertThat(types(second)).containsExactly("1 call.ringing");
    Await.until(() -> types(second).size() == 3, 20);
  }
}
