package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.call;
import static dev.switchboard.signaling.calls.Payloads.initiate;
import static dev.switchboard.signaling.calls.Payloads.of;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a socket sent just before it ended, and what only took effect after that. */
final class LastEventsIT {
  private static CallNodes nodes;
  private static int tests;

  private String ann;
  private String bob;

  @BeforeAll
  static void start() {
    RealRedis.flush();
    nodes = new CallNodes(Map.of("CALL_RECONNECT_GRACE", "5000"));
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

  /** Redis answers nobody for a moment: whatever is sent meanwhile waits, in its order. */
  private static void pauseRedis() {
    nodes.redis("CLIENT", "PAUSE", "500", "ALL");
  }

  @Test
  void callOfADeviceThatDroppedBeforeItWasMadeEndsLikeOneThatDropsWhileItRings() {
    Phone callee = nodes.registered(1, bob, "phone");
    try (RawPhone caller = new RawPhone(nodes, 0, ann)) {
      pauseRedis();
      caller.tellRegister("phone");
      caller.tell("call_initiate", call(bob));
    }
    callee.hear("incoming_call");
    assertThat(callee.hear("peer_reconnecting").getString("userId")).isEqualTo(ann);
    assertThat(callee.hear("call_end").getString("reason")).isEqualTo("peer_lost");
    callee.hear("call_cancelled");
    assertThat(nodes.callsOfCallers(0)).isZero();
  }

  @Test
  void callerThatIsBackMeanwhileGetsItsCall() {
    nodes.registered(1, bob, "phone");
    try (RawPhone caller = new RawPhone(nodes, 0, ann)) {
      pauseRedis();
      caller.tellRegister("phone");
      caller.tell("call_initiate", call(bob));
    }
    Await.until(() -> nodes.redis("EXISTS", "call:user:" + ann).toInteger() == 1);
    Phone back = nodes.connected(1, ann);
    assertThat(back.register(ann, "phone").getBoolean("resumed")).isTrue();
    assertThat(back.hear("call_resumed").getString("peerId")).isEqualTo(bob);
  }

  @Test
  void callIsLostToItsCallerWhereTheDeviceThatAcceptedItHadDroppedBefore() {
    nodes.reachable(bob, "phone");
    Phone caller = nodes.registered(1, ann, "phone");
    String callId = initiate(caller, bob);
    try (RawPhone callee = new RawPhone(nodes, 0, bob)) {
      pauseRedis();
      callee.tellRegister("phone");
      callee.tell("call_accept", of(callId));
    }
    caller.hear("call_accept");
    assertThat(caller.hear("peer_reconnecting").getString("userId")).isEqualTo(bob);
    assertThat(caller.hear("call_end").getString("reason")).isEqualTo("peer_lost");
  }

  @Test
  void callerThatDropsAmidItsEarlyEventsIsNoLongerCounted() {
    nodes.registered(1, bob, "phone");
    try (RawPhone caller = new RawPhone(nodes, 0, ann)) {
      caller.tell("call_initiate", call(bob)); // waits for the registration
      pauseRedis();
      caller.tellRegister("phone");
    }
    Await.until(() -> nodes.redis("EXISTS", "call:user:" + ann).toInteger() == 1);
    Await.until(() -> nodes.redis("EXISTS", "call:user:" + ann).toInteger() == 0);
    assertThat(nodes.callsOfCallers(0)).isZero();
  }
}
