package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.candidate;
import static dev.switchboard.signaling.calls.Payloads.candidates;
import static dev.switchboard.signaling.calls.Payloads.initiate;
import static dev.switchboard.signaling.calls.Payloads.numbered;
import static dev.switchboard.signaling.calls.Payloads.of;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that are back on another node before anybody knows that theirs was killed. */
final class NodeLossIT {
  private CallNodes nodes;
  private SilentNode killed;

  @BeforeEach
  void start() {
    RealRedis.flush();
    nodes = new CallNodes(Map.of());
    killed = new SilentNode(nodes);
  }

  @AfterEach
  void stop() {
    killed.close();
    nodes.close();
  }

  private Phone onKilledNode(String userId, String deviceId) {
    Phone phone = nodes.registered(0, userId, deviceId);
    killed.takes(userId, deviceId);
    return phone;
  }

  private static void sendCandidates(Phone from, String callId, String to, int first, int end) {
    for (int i = first; i < end; i++) {
      from.tell("ice_candidate", candidate(callId, to, i));
    }
  }

  @Test
  void whatWasSentToTheKilledNodeComesBeforeWhatIsSentSince() {
    Phone caller = onKilledNode("ann", "phone");
    Phone callee = nodes.registered(1, "bob", "phone");
    String callId = initiate(caller, "bob");
    assertAck(callee.ask("call_accept", of(callId))).isSuccess();
    killed.kill();
    sendCandidates(callee, callId, "ann", 0, 5);
    killed.awaitSent(5);
    Phone back = nodes.registered(0, "ann", "phone");
    callee.hear("peer_reconnected");
    sendCandidates(callee, callId, "ann", 5, 10);
    callee.ask("ping");
    killed.isGivenUp();
    Await.until(() -> candidates(back).size() >= 10);
    assertThat(candidates(back)).isEqualTo(numbered(0, 10));
  }

  @Test
  void callerHearsOfTheAnswerBeforeItsCandidates() {
    Phone caller = onKilledNode("ann", "phone");
    Phone callee = nodes.registered(1, "bob", "phone");
    String callId = initiate(caller, "bob");
    killed.kill();
    assertAck(callee.ask("call_accept", of(callId))).isSuccess();
    callee.tell("sdp_offer", of(callId).put("to", "ann").put("sdp", "x"));
    killed.awaitSent(2);
    Phone back = nodes.registered(0, "ann", "phone");
    callee.hear("peer_reconnected");
    sendCandidates(callee, callId, "ann", 0, 1);
    callee.ask("ping");
    killed.isGivenUp();
    back.hear("ice_candidate");
    assertThat(back.heard())
        .containsExactly("call_resumed", "call_accept", "sdp_offer", "ice_candidate");
  }

  @Test
  void ringingCalleeThatIsBackGetsEachCandidateOnce() {
    onKilledNode("bob", "phone");
    Phone caller = nodes.registered(1, "ann", "phone");
    String callId = initiate(caller, "bob");
    killed.kill();
    sendCandidates(caller, callId, "bob", 0, 1);
    killed.awaitSent(1);
    Phone back = nodes.registered(0, "bob", "phone");
    back.hear("ice_candidate");
    killed.isGivenUp();
    assertAck(caller.ask("ice_candidate", candidate(callId, "bob", 1))).isSuccess();
    Await.until(() -> candidates(back).size() >= 2);
    assertThat(candidates(back)).isEqualTo(numbered(0, 2));
  }

  @Test
  void calleeThatIsBackAndAcceptsGetsEachCandidateOnce() {
    onKilledNode("bob", "phone");
    Phone caller = nodes.registered(1, "ann", "phone");
    String callId = initiate(caller, "bob");
    killed.kill();
    sendCandidates(caller, callId, "bob", 0, 1);
    killed.awaitSent(1);
    Phone back = nodes.registered(0, "bob", "phone");
    assertAck(back.ask("call_accept", of(callId))).isSuccess();
    killed.isGivenUp();
    assertAck(caller.ask("ice_candidate", candidate(callId, "bob", 1))).isSuccess();
    Await.until(() -> candidates(back).size() >= 2);
    assertThat(candidates(back)).isEqualTo(numbered(0, 2));
  }

  private Phone namelessOnKilledNode(String userId) {
    Phone phone = nodes.connected(0, userId);
    phone.registerNameless(userId);
    killed.takes(userId, phone.id());
    return phone;
  }

  @Test
  void clientWithoutDeviceIdGetsItsCallOnceItsFormerSocketIsFoundToBeGone() {
    Phone caller = namelessOnKilledNode("ann");
    Phone callee = nodes.registered(1, "bob", "phone");
    String callId = initiate(caller, "bob");
    assertAck(callee.ask("call_accept", of(callId))).isSuccess();
    killed.kill();
    var sent = callee.later("ice_candidate", candidate(callId, "ann", 0));
    killed.awaitSent(1);
    Phone back = nodes.connected(0, "ann");
    assertThat(back.registerNameless("ann").getBoolean("resumed")).isFalse();
    killed.isGivenUp();
    assertAck(callee.await(sent, "ice_candidate")).isSuccess();
    killed.givesBack("ann", caller.id());
    caller.drop();
    back.hear("call_resumed");
    callee.hear("peer_reconnected");
    sendCandidates(callee, callId, "ann", 1, 3);
    Await.until(() -> candidates(back).size() >= 3);
    assertThat(candidates(back)).isEqualTo(numbered(0, 3));
    assertThat(back.heard()).startsWith("call_resumed").doesNotContain("call_end");
    assertThat(callee.heard())
        .containsExactly("incoming_call", "peer_reconnecting", "peer_reconnected");
  }

  @Test
  void clientWithoutDeviceIdHearsTheEndThatItsKilledNodeWasSent() {
    Phone caller = namelessOnKilledNode("ann");
    Phone callee = nodes.registered(1, "bob", "phone");
    String callId = initiate(caller, "bob");
    assertAck(callee.ask("call_accept", of(callId))).isSuccess();
    killed.kill();
    assertAck(callee.ask("call_end", of(callId))).isSuccess();
    killed.awaitSent(1);
    Phone back = nodes.connected(0, "ann");
    back.registerNameless("ann");
    killed.isGivenUp();
    assertThat(back.hear("call_end").getString("callId")).isEqualTo(callId);
  }

  @Test
  void ringingCalleeHearsTheEndThatItsKilledNodeWasSent() {
    onKilledNode("bob", "phone");
    Phone caller = nodes.registered(1, "ann", "phone");
    String callId = initiate(caller, "bob");
    killed.kill();
    assertAck(caller.ask("call_end", of(callId))).isSuccess();
    killed.awaitSent(2);
    Phone back = nodes.registered(0, "bob", "phone");
    killed.isGivenUp();
    assertThat(back.hear("call_end").getString("reason")).isEqualTo("cancelled");
    back.hear("call_cancelled");
    assertThat(back.heard()).containsExactly("call_end", "call_cancelled");
  }
}
