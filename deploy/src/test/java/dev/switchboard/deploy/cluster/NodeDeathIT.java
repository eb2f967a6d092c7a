package dev.switchboard.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nginx;
import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.RoomApp;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What clients see when a process dies, or stands still for longer than its lease. */
final class NodeDeathIT {
  /**
   * The contract's bound: a lease of 8 s, a second until it is looked at, and room for a busy
   * machine.
   */
  private static final long NOTICED_SECONDS = 15;

  private static Nodes nodes;

  @BeforeAll
  static void start() {
    nodes =
        Nodes.start(
            Map.of("CALL_RECONNECT_GRACE", "4s", "PUSH_PROVIDERS", "mock"),
            "signaling,ice,push",
            "signaling,rooms,push");
  }

  @AfterEach
  void allBack() {
    nodes.hangUp();
    if (!nodes.node(1).isAlive()) {
      nodes.node(1).restart();
    }
    Await.until(() -> nodes.allSee(2), 60);
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  private static JsonObject candidate(String callId, String to, String text) {
    return new JsonObject().put("callId", callId).put("to", to).put("candidate", text);
  }

  @Test
  void partyOnADeadNodeIsMissedAndThenLost() {
    StockClient ann = nodes.client(0, "ann", "phone");
    StockClient bob = nodes.client(1, "bob", "phone");
    String callId = ann.call(bob);
    nodes.node(1).kill9();
    assertThat(ann.hear("peer_reconnecting", NOTICED_SECONDS).getString("callId"))
        .isEqualTo(callId);
    assertThat(ann.hear("call_end", NOTICED_SECONDS).getString("reason")).isEqualTo("peer_lost");
    Await.until(() -> nodes.allSee(1), NOTICED_SECONDS);
  }

  @Test
  void partyOfADeadNodeResumesOnAnother() {
    StockClient ann = nodes.client(0, "cat", "phone");
    try (Nginx balancer = Nginx.inTurn(List.of(nodes.node(1).url(), nodes.node(0).url()))) {
      StockClient bob = nodes.client(balancer.url(), "dan", "phone", "websocket");
      String callId = ann.call(bob);
      nodes.node(1).kill9();
      assertThat(bob.hear("call_resumed", NOTICED_SECONDS).getString("callId")).isEqualTo(callId);
      ann.ask("ice_candidate", candidate(callId, "dan", "after"));
      assertThat(bob.hear("ice_candidate").getString("candidate")).isEqualTo("after");
      assertThat(ann.heard()).doesNotContain("call_end");
    }
  }

  @Test
  void clientsOfANodeThatStoodStillRegisterAgain() {
    StockClient ann = nodes.client(0, "fay", "phone");
    StockClient bob = nodes.client(1, "gus", "phone");
    String callId = ann.call(bob);
    int before = bob.all("registered").size();
    nodes.node(1).pause();
    ann.hear("peer_reconnecting", NOTICED_SECONDS);
    ann.hear("call_end", NOTICED_SECONDS);
    nodes.node(1).resume();
    Await.until(() -> bob.all("registered").size() > before, NOTICED_SECONDS);
    assertThat(bob.all("registered").getLast().getBoolean("resumed")).isFalse();
    Await.until(() -> !bob.all("call_end").isEmpty(), NOTICED_SECONDS);
    assertThat(bob.all("call_end").stream().map(end -> end.getString("callId")))
        .containsOnlyOnce(callId);
    Await.until(() -> nodes.allSee(2), 60);
    ann.call(bob);
    assertThat(bob.all("incoming_call")).hasSize(2);
  }

  /**
   * Longer than the bus and a first look at the mailbox take; should a busy machine make it longer
   * than a lease, the clients are sent to register again and hear the same then. A device that has
   * come back on another node meanwhile hears it there.
   */
  @Test
  void clientsOfANodeThatStoodStillForLessThanItsLeaseHearAllOnceAndInOrder() {
    StockClient ann = nodes.client(0, "una", "phone");
    StockClient bob = nodes.client(1, "vic", "phone");
    StockClient cat = nodes.client(0, "wes", "phone");
    StockClient dan = nodes.client(1, "xia", "phone");
    StockClient moving = nodes.client(1, "zac", "phone");
    final StockClient yve = nodes.client(0, "yve", "phone");
    final StockClient abe = nodes.client(0, "abe", "phone");
    final String talk = ann.call(bob);
    final String over = cat.call(dan);
    final String moved = abe.call(moving);
    final StockClient there;
    nodes.node(1).pause();
    try {
      cat.ask("call_end", of(over));
      IntStream.range(0, 3)
          .forEach(
              i -> {
                ann.tell("ice_candidate", candidate(talk, "vic", "still" + i));
                abe.tell("ice_candidate", candidate(moved, "zac", "moved" + i));
              });
      // Refused once neither the bus nor the mailbox has brought it in time.
      JsonObject call = new JsonObject().put("calleeId", "xia").put("callType", "audio");
      assertThat(yve.ask("call_initiate", call).getBoolean("success")).isFalse();
      there = nodes.client(0, "zac", "phone");
      IntStream.range(3, 6)
          .forEach(i -> ann.tell("ice_candidate", candidate(talk, "vic", "still" + i)));
    } finally {
      nodes.node(1).resume();
    }
    ann.ask("ice_candidate", candidate(talk, "vic", "last"));
    Await.until(() -> candidates(bob).contains("last"), NOTICED_SECONDS);
    Await.until(() -> ends(dan).contains(over), NOTICED_SECONDS);
    assertThat(candidates(bob))
        .containsExactly("still0", "still1", "still2", "still3", "still4", "still5", "last");
    assertThat(ends(dan)).containsOnlyOnce(over);
    Await.until(() -> candidates(there).contains("moved2"), NOTICED_SECONDS);
    assertThat(candidates(there)).containsExactly("moved0", "moved1", "moved2");
  }

  private static List<String> ends(StockClient client) {
    return client.all("call_end").stream().map(end -> end.getString("callId")).toList();
  }

  private static List<String> candidates(StockClient client) {
    return client.all("ice_candidate").stream().map(one -> one.getString("candidate")).toList();
  }

  private static JsonObject of(String callId) {
    return new JsonObject().put("callId", callId);
  }

  private static String dial(StockClient caller, StockClient callee) {
    JsonObject call = new JsonObject().put("calleeId", callee.userId()).put("callType", "audio");
    String callId = caller.ask("call_initiate", call).getString("callId");
    assertThat(callee.hear("incoming_call").getString("callId")).isEqualTo(callId);
    return callId;
  }

  @Test
  void partyThatComesBackBeforeItsNodesDeathIsKnownHearsOnceWhatItMissed() {
    StockClient pam = nodes.client(1, "pam", "phone");
    StockClient sue = nodes.client(1, "sue", "phone");
    StockClient tom = nodes.client(1, "tom", "phone");
    StockClient quin = nodes.client(0, "quin", "phone");
    StockClient rob = nodes.client(0, "rob", "phone");
    StockClient ulf = nodes.client(0, "ulf", "phone");
    final String answered = dial(pam, quin);
    final String declined = dial(sue, rob);
    final String over = tom.call(ulf);
    nodes.node(1).kill9();
    List.of(pam, sue, tom).forEach(StockClient::close);
    quin.tell("call_accept", of(answered));
    rob.tell("call_reject", of(declined));
    ulf.tell("call_end", of(over));
    quin.tell("sdp_answer", of(answered).put("to", "pam").put("sdp", "answer"));
    try (StockClient pamBack = anew("pam");
        StockClient sueBack = anew("sue");
        StockClient tomBack = anew("tom")) {
      assertThat(pamBack.hear("call_accept", NOTICED_SECONDS).getString("callId"))
          .isEqualTo(answered);
      assertThat(pamBack.hear("sdp_answer", NOTICED_SECONDS).getString("sdp")).isEqualTo("answer");
      assertThat(pamBack.heard().indexOf("call_accept"))
          .isLessThan(pamBack.heard().indexOf("sdp_answer"));
      assertThat(sueBack.hear("call_reject", NOTICED_SECONDS).getString("callId"))
          .isEqualTo(declined);
      assertThat(tomBack.hear("call_end", NOTICED_SECONDS).getString("callId")).isEqualTo(over);
      Await.until(() -> nodes.allSee(1), NOTICED_SECONDS);
      assertThat(pamBack.all("call_accept")).hasSize(1);
      assertThat(sueBack.all("call_reject")).hasSize(1);
      assertThat(tomBack.all("call_end")).hasSize(1);
    }
  }

  /** The same phone on the node that lives, as soon as its connection has broken. */
  private static StockClient anew(String userId) {
    return StockClient.connected(
        nodes.node(0).url(), nodes.token(userId), userId, "phone", "websocket");
  }

  private static JsonObject join(StockClient member, boolean creator) {
    return new JsonObject()
        .put("sessionId", "orphans")
        .put("userId", member.userId())
        .put("displayName", member.userId())
        .put("publicKey", "key")
        .put("isCreator", creator)
        .put("authKey", "a key");
  }

  @Test
  void thoseInARoomOrAChatWithADeadNodesClientsAreTold() {
    StockClient ida = nodes.client(0, "ida", "pc");
    StockClient jan = nodes.client(1, "jan", "pc");
    ida.tell("join-session", join(ida, true));
    ida.hear("session-metadata");
    jan.tell("join-session", join(jan, false));
    ida.hear("user-joined");
    try (RoomApp here = new RoomApp(nodes.node(0).url(), "orphans");
        RoomApp there = new RoomApp(nodes.node(1).url(), "orphans")) {
      Await.until(() -> !here.all("room_ready").isEmpty() && !there.all("room_ready").isEmpty());
      nodes.node(1).kill9();
      assertThat(ida.hear("user-left", NOTICED_SECONDS).getString("userId")).isEqualTo("jan");
      Await.until(() -> !here.all("peer_disconnected").isEmpty(), NOTICED_SECONDS);
    }
  }

  private HttpResponse<String> post(int node, String path, JsonObject body, String user) {
    return Nodes.send(
        HttpRequest.newBuilder(nodes.node(node).url().resolve(path))
            .header("Authorization", "Bearer " + nodes.token(user))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.encode())));
  }

  @Test
  void devicesAreWokenThoughAPushNodeDied() {
    JsonObject token =
        new JsonObject().put("type", "apns").put("token", "ab".repeat(32)).put("device_id", "pad");
    assertThat(post(1, "/v1/push/tokens", token, "eve").statusCode()).isEqualTo(200);
    StockClient hal = nodes.client(0, "hal", "phone");
    JsonObject call = new JsonObject().put("calleeId", "eve").put("callType", "audio");
    nodes.node(1).kill9();
    Await.until(() -> hal.ask("call_initiate", call).getBoolean("success"));
    Await.until(() -> metrics(0).contains("cause=\"incoming_call\""), NOTICED_SECONDS);
    Await.until(() -> metrics(0).contains("push_queue_depth 0.0"), NOTICED_SECONDS);
    hal.close();
  }

  private String metrics(int node) {
    return Nodes.send(HttpRequest.newBuilder(nodes.node(node).url().resolve("/metrics"))).body();
  }
}
