package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.accepted;
import static dev.switchboard.signaling.calls.Payloads.candidate;
import static dev.switchboard.signaling.calls.Payloads.candidates;
import static dev.switchboard.signaling.calls.Payloads.initiate;
import static dev.switchboard.signaling.calls.Payloads.numbered;
import static dev.switchboard.signaling.calls.Payloads.of;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.FreezingProxy;
import dev.switchboard.shared.testing.RealRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A network that dies without a word, as where a phone changes it: both sockets look alive for a
 * while, and what is sent to the one is lost.
 */
@ParameterizedClass
@ValueSource(strings = {"websocket", "polling"})
final class SilentNetworkIT extends CallsTest {
  private FreezingProxy network;
  private Phone phone;
  private Phone peer;

  @BeforeEach
  void register() {
    network = nodes.network(0);
    phone = nodes.registeredOver(network, ann, "phone");
    peer = nodes.registered(1, bob, "phone");
  }

  @AfterEach
  void close() {
    network.close();
  }

  private void send(String callId, int from, int to) {
    for (int i = from; i < to; i++) {
      assertAck(peer.ask("ice_candidate", candidate(callId, ann, i))).isSuccess();
    }
  }

  /** What came right before the network died it may get again. */
  private static List<String> without(List<String> before, Phone phone) {
    return candidates(phone).stream().filter(one -> !before.contains(one)).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void deviceThatComesBackGetsWhatItsFormerSocketLostInOrderAndOnce(int node) {
    String callId = accepted(phone, peer, bob);
    send(callId, 0, 2);
    Await.until(() -> candidates(phone).size() == 2);
    network.freeze();
    send(callId, 2, 6);
    Phone back = nodes.registered(node, ann, "phone");
    back.hear("call_resumed");
    send(callId, 6, 8);
    Await.until(() -> candidates(back).contains("candidate:7"));
    assertThat(without(numbered(0, 2), back)).isEqualTo(numbered(2, 8));
  }

  @Test
  void callerThatComesBackHearsThatItWasRejected() {
    String callId = initiate(phone, bob);
    network.freeze();
    assertAck(peer.ask("call_reject", of(callId))).isSuccess();
    Phone back = nodes.registered(1, ann, "phone");
    assertThat(back.hear("call_reject").getString("callId")).isEqualTo(callId);
    assertThat(back.heard()).containsExactly("call_reject");
  }

  @Test
  void whatWasKeptForADeviceSurvivesAnotherNetwork() {
    String callId = accepted(phone, peer, bob);
    nodes.drop(phone, ann, "phone");
    send(callId, 0, 3);
    Phone lost = nodes.registeredOver(network, ann, "phone");
    lost.hear("call_resumed");
    network.freeze();
    send(callId, 3, 5);
    Phone back = nodes.registered(1, ann, "phone");
    back.hear("call_resumed");
    Await.until(() -> candidates(back).contains("candidate:4"));
    assertThat(without(candidates(lost), back)).endsWith("candidate:3", "candidate:4");
    assertThat(candidates(lost).size() + candidates(back).size()).isGreaterThanOrEqualTo(5);
  }

  @Test
  void deviceThatChangesItsSocketTwiceGetsAllInOrder() {
    String callId = accepted(phone, peer, bob);
    network.freeze();
    send(callId, 0, 3);
    Phone second = nodes.registered(1, ann, "phone");
    Phone third = nodes.registered(0, ann, "phone");
    send(callId, 3, 6);
    Await.until(() -> candidates(third).contains("candidate:5"));
    List<String> heard = new ArrayList<>(candidates(second));
    heard.addAll(without(heard, third));
    assertThat(heard).isEqualTo(numbered(0, 6));
  }

  @Test
  void deviceWhoseNextNetworkDiesAsWellGetsAllInOrder() {
    String callId = accepted(phone, peer, bob);
    network.freeze();
    send(callId, 0, 3);
    try (FreezingProxy next = nodes.network(1)) {
      nodes.registeredOver(next, ann, "phone").hear("call_resumed");
      next.freeze();
      send(callId, 3, 6);
      Phone last = nodes.registered(0, ann, "phone");
      send(callId, 6, 9);
      Await.until(() -> candidates(last).contains("candidate:8"));
      assertThat(candidates(last)).isEqualTo(numbered(0, 9));
    }
  }

  @Test
  void whatALiveSocketHasGotIsNotSentToTheNewerOne() {
    String callId = accepted(phone, peer, bob);
    send(callId, 0, 5);
    Phone newer = nodes.registered(1, ann, "phone");
    newer.hear("call_resumed");
    phone.hear("displaced");
    send(callId, 5, 8);
    Await.until(() -> candidates(newer).size() == 3);
    assertThat(candidates(phone)).isEqualTo(numbered(0, 5));
    assertThat(candidates(newer)).isEqualTo(numbered(5, 8));
  }

  @Test
  void whatWasSentUntilTheServerNoticesIsKeptForTheDevice() {
    Map<String, String> impatient =
        Map.of("SOCKET_PING_INTERVAL", "1000", "SOCKET_PING_TIMEOUT", "1000");
    try (CallNodes own = new CallNodes(impatient);
        FreezingProxy before = own.network(0)) {
      own.clientsUse(transport);
      Phone caller = own.registeredOver(before, eve, "phone");
      Phone callee = own.registered(1, bob, "other");
      String callId = accepted(caller, callee, bob);
      before.freeze();
      for (int i = 0; i < 3; i++) {
        assertAck(callee.ask("ice_candidate", candidate(callId, eve, i))).isSuccess();
      }
      callee.hear("peer_reconnecting");
      assertAck(callee.ask("ice_candidate", candidate(callId, eve, 3))).isSuccess();
      Phone back = own.registered(1, eve, "phone");
      back.hear("call_resumed");
      Await.until(() -> candidates(back).size() == 4);
      assertThat(candidates(back)).isEqualTo(numbered(0, 4));
    }
  }

  /** The former socket has ended, and its node is slow to say what it leaves. */
  @Test
  void whatIsBeingKeptOfASocketThatHasEndedComesBeforeWhatIsNewer() {
    Map<String, String> impatient =
        Map.of("SOCKET_PING_INTERVAL", "300", "SOCKET_PING_TIMEOUT", "300");
    try (FreezingProxy toRedis = new FreezingProxy(RealRedis.port());
        CallNodes own = new CallNodes(impatient, toRedis);
        FreezingProxy before = own.network(0)) {
      own.clientsUse(transport);
      Phone caller = own.registeredOver(before, eve, "phone");
      Phone callee = own.registered(1, bob, "other");
      String callId = accepted(caller, callee, bob);
      before.freeze();
      for (int i = 0; i < 3; i++) {
        assertAck(callee.ask("ice_candidate", candidate(callId, eve, i))).isSuccess();
      }
      toRedis.freeze();
      Await.until(() -> own.callsOfCallers(0) == 0);
      Phone back = own.registered(1, eve, "phone");
      back.hear("call_resumed");
      assertAck(callee.ask("ice_candidate", candidate(callId, eve, 3))).isSuccess();
      toRedis.thaw();
      Await.until(() -> candidates(back).size() == 4);
      assertThat(candidates(back)).isEqualTo(numbered(0, 4));
    }
  }
}
