package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.call;
import static dev.switchboard.signaling.calls.Payloads.of;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Commands that meet: whatever comes first, one end, and everyone hears it once. */
final class CallRaceIT {
  private static final int ROUNDS = 20;
  private CallNodes nodes;

  @BeforeEach
  void start() {
    RealRedis.flush();
    nodes = new CallNodes(Map.of("RATE_CALLS_PER_MINUTE", "0"));
  }

  @AfterEach
  void stop() {
    nodes.close();
  }

  @Test
  void ofTwoDevicesThatAcceptAtOnceExactlyOneWins() {
    Phone caller = nodes.registered(0, "ann", "phone");
    List<Phone> devices =
        List.of(nodes.registered(0, "bob", "phone"), nodes.registered(1, "bob", "pad"));
    Random random = new Random(7);
    for (int round = 0; round < ROUNDS; round++) {
      String callId = caller.ask("call_initiate", call("bob")).getString("callId");
      devices.forEach(device -> device.hear("incoming_call"));
      int first = random.nextInt(2);
      CompletableFuture<JsonObject> one = devices.get(first).later("call_accept", of(callId));
      CompletableFuture<JsonObject> two = devices.get(1 - first).later("call_accept", of(callId));
      String firstCode = Phone.code(devices.get(first).await(one, "call_accept"));
      String secondCode = Phone.code(devices.get(1 - first).await(two, "call_accept"));
      assertThat(List.of(firstCode, secondCode)).containsExactlyInAnyOrder("", "E102");
      int winner = firstCode.isEmpty() ? first : 1 - first;
      JsonObject elsewhere = devices.get(1 - winner).hear("call_end");
      assertThat(elsewhere.getString("reason")).isEqualTo("answered_elsewhere");
      caller.hear("call_accept");
      assertAck(caller.ask("call_end", of(callId))).isSuccess();
      assertThat(devices.get(winner).hear("call_end").getString("reason")).isEqualTo("hangup");
    }
    assertThat(caller.heard()).hasSize(ROUNDS).containsOnly("call_accept");
    for (Phone device : devices) {
      assertThat(device.all("call_end")).hasSize(ROUNDS);
    }
  }

  /**
   * Accept, reject and cancel meet: the acknowledgements and what is heard agree with the record.
   */
  @RepeatedTest(ROUNDS)
  void acceptRejectAndCancelAtOnceLeaveOneConsistentEnd(RepetitionInfo repetition) {
    Phone caller = nodes.registered(0, "ann", "phone");
    Phone first = nodes.registered(0, "bob", "phone");
    Phone second = nodes.registered(1, "bob", "pad");
    String callId = caller.ask("call_initiate", call("bob")).getString("callId");
    first.hear("incoming_call");
    second.hear("incoming_call");
    List<Runnable> order = new ArrayList<>();
    CompletableFuture<CompletableFuture<JsonObject>> accept = new CompletableFuture<>();
    CompletableFuture<CompletableFuture<JsonObject>> reject = new CompletableFuture<>();
    CompletableFuture<CompletableFuture<JsonObject>> end = new CompletableFuture<>();
    order.add(() -> accept.complete(first.later("call_accept", of(callId))));
    order.add(() -> reject.complete(second.later("call_reject", of(callId))));
    order.add(() -> end.complete(caller.later("call_end", of(callId))));
    Collections.shuffle(order, new Random(repetition.getCurrentRepetition()));
    order.forEach(Runnable::run);
    String accepted = Phone.code(first.await(accept.join(), "call_accept"));
    String rejected = Phone.code(second.await(reject.join(), "call_reject"));
    assertAck(caller.await(end.join(), "call_end")).isSuccess();

    String state = nodes.redis("HGET", "call:" + callId, "state").toString();
    switch (state) {
      case "ended" -> {
        assertThat(accepted).isEmpty();
        assertThat(rejected).isEqualTo("E102");
        caller.hear("call_accept");
        assertThat(first.hear("call_end").getString("reason")).isEqualTo("hangup");
        assertThat(second.hear("call_end").getString("reason")).isEqualTo("answered_elsewhere");
      }
      case "rejected" -> {
        assertThat(accepted).isEqualTo("E102");
        assertThat(rejected).isEmpty();
        caller.hear("call_reject");
        assertThat(first.hear("call_end").getString("reason")).isEqualTo("declined_elsewhere");
      }
      case "cancelled" -> {
        assertThat(accepted).isEqualTo("E106");
        assertThat(rejected).isEqualTo("E106");
        first.hear("call_cancelled");
        second.hear("call_cancelled");
      }
      default -> throw new AssertionError(state);
    }
    assertThat(nodes.redis("EXISTS", "call:user:ann", "call:user:bob").toInteger()).isZero();
    assertThat(nodes.redis("XLEN", "calls:records").toInteger()).isBetween(0, 1);
  }
}
