package dev.switchboard.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nginx;
import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that poll through a balancer that sends every request to another node than the last. */
final class PollingAcrossNodesIT {
  private static Nodes nodes;
  private static Nginx balancer;

  @BeforeAll
  static void start() {
    nodes =
        Nodes.start(Map.of("CALL_RECONNECT_GRACE", "20s"), "signaling", "signaling", "signaling");
    balancer = Nginx.inTurn(nodes.urls());
  }

  @AfterEach
  void hangUp() {
    nodes.hangUp();
  }

  @AfterAll
  static void stop() {
    balancer.close();
    nodes.close();
  }

  private static JsonObject candidate(String callId, String to, int number) {
    return new JsonObject().put("callId", callId).put("to", to).put("candidate", number);
  }

  private static void talk(StockClient caller, StockClient callee) {
    String callId = caller.call(callee);
    String sdp = "v=0\r\n".repeat(7_000);
    JsonObject offer = new JsonObject().put("callId", callId).put("to", callee.userId());
    assertThat(caller.ask("sdp_offer", offer.put("sdp", sdp)).getBoolean("success")).isTrue();
    assertThat(callee.hear("sdp_offer").getString("sdp")).isEqualTo(sdp);
    for (int i = 0; i < 20; i++) {
      caller.later("ice_candidate", candidate(callId, callee.userId(), i));
      callee.later("ice_candidate", candidate(callId, caller.userId(), i));
    }
    for (StockClient one : List.of(caller, callee)) {
      Await.until(() -> one.all("ice_candidate").size() >= 20);
      assertThat(one.all("ice_candidate").stream().map(it -> it.getInteger("candidate")))
          .containsExactlyElementsOf(IntStream.range(0, 20).boxed().toList());
    }
    assertThat(caller.ask("call_end", new JsonObject().put("callId", callId)).getBoolean("success"))
        .isTrue();
    callee.hear("call_end");
    assertThat(caller.heard()).doesNotContain("(disconnect)");
    assertThat(callee.heard()).doesNotContain("(disconnect)");
  }

  @Test
  void pollingClientsCallEachOtherThroughAnyNode() {
    talk(
        nodes.client(balancer.url(), "ann", "phone", "polling"),
        nodes.client(balancer.url(), "bob", "phone", "polling"));
  }

  @Test
  void clientsThatTryToUpgradeStayWhereTheyCan() {
    for (int i = 0; i < 4; i++) {
      talk(
          nodes.client(balancer.url(), "cat" + i, "phone"),
          nodes.client(balancer.url(), "dan" + i, "phone"));
      nodes.hangUp();
    }
  }

  private static String open(URI url) {
    String packet = get(url, "").body();
    return new JsonObject(packet.substring(1)).getString("sid");
  }

  private static HttpResponse<String> get(URI url, String sid) {
    return Nodes.send(HttpRequest.newBuilder(poll(url, sid)));
  }

  private static HttpResponse<String> post(URI url, String sid, String body) {
    return Nodes.send(
        HttpRequest.newBuilder(poll(url, sid)).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static URI poll(URI url, String sid) {
    return url.resolve(
        "/socket.io/?EIO=4&transport=polling" + (sid.isEmpty() ? "" : "&sid=" + sid));
  }

  @Test
  void largeBodyCrossesInPartsAndOneTooLargeEndsTheSession() {
    URI owner = nodes.node(0).url();
    URI other = nodes.node(1).url();
    String sid = open(owner);
    assertThat(post(other, sid, "40").body()).isEqualTo("ok");
    assertThat(get(other, sid).body()).startsWith("40{");
    String large = "x".repeat(700_000);
    assertThat(post(other, sid, "421[\"call_end\",{\"callId\":\"" + large + "\"}]").body())
        .isEqualTo("ok");
    assertThat(get(other, sid).body()).startsWith("431[{").contains("E301");
    assertThat(post(other, sid, "4" + "x".repeat(1_100_000)).statusCode()).isEqualTo(413);
    assertThat(get(other, sid).statusCode()).isEqualTo(400);
    assertThat(get(owner, sid).body()).contains("Session ID unknown");
  }

  @Test
  void forgedSessionIdAsksNobody() {
    String sid = open(nodes.node(0).url());
    String forged = sid.substring(0, sid.length() - 4) + "AAAA";
    assertThat(get(nodes.node(1).url(), forged).body()).contains("Session ID unknown");
    assertThat(post(nodes.node(1).url(), sid, "40").body()).isEqualTo("ok");
  }

  @Test
  void webSocketForASessionOfAnotherNodeIsRefused() {
    String sid = open(nodes.node(0).url());
    HttpResponse<String> answer =
        Nodes.send(
            HttpRequest.newBuilder(
                nodes.node(1).url().resolve("/socket.io/?EIO=4&transport=websocket&sid=" + sid)));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(post(nodes.node(2).url(), sid, "40").body()).isEqualTo("ok");
  }

  @Test
  void clientsOfANodeThatDiesComeBackOnAnother() {
    List<StockClient> callers =
        IntStream.range(0, 6)
            .mapToObj(i -> nodes.client(balancer.url(), "eve" + i, "phone", "polling"))
            .toList();
    nodes.node(2).kill9();
    // Who waits in a poll notices late: only an answer tells that a node has it.
    Await.until(() -> callers.stream().allMatch(one -> one.isRegistered(3)), 60);
    for (int i = 0; i < callers.size(); i += 2) {
      callers.get(i).call(callers.get(i + 1));
    }
    nodes.node(2).restart();
  }
}
