package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.StallingReader;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.deploy.testing.TestSettings;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A client that does not read for a while, with megabytes waiting for it: what it can do without is
 * dropped, and what it needs arrives whole and in order once it reads again.
 */
class SlowReaderIT {
  private static final String CHAT = "slow";
  private static final int BURST = 16;

  /**
   * A burst of them is more than the kernel keeps for a connection (4 MB and a little) and what
   * makes a member of a chat slow (5 MB), and less than what may wait for one (40 MB).
   */
  private static final int MESSAGE_CHARS = 1_000_000;

  private Server server;
  private URI url;
  private StockClient ann;
  private StallingReader bob;
  private int messages;

  @BeforeEach
  void start() {
    RealRedis.flush();
    server =
        Await.await(
            Server.start(
                Settings.of(
                    TestSettings.with(
                        Map.of(
                            "PORT", "0",
                            "RATE_EVENTS_PER_SECOND", "0",
                            "RATE_CHAT_PER_SECOND", "0",
                            "CALL_RING_TIMEOUT", "5m",
                            "SOCKET_PING_TIMEOUT", "5m")))),
            30);
    url = URI.create(server.address());
    ann = StockClient.connected(url, token("ann"), "ann", "phone", "websocket");
    bob = new StallingReader(url, token("bob"));
    bob.tell("register", new JsonObject().put("userId", "bob").put("deviceId", "phone"));
    bob.next("42[\"registered\"");
    ann.tell("join-session", join("ann").put("isCreator", true));
    ann.hear("session-metadata");
    bob.tell("join-session", join("bob"));
    bob.next("42[\"session-metadata\"");
  }

  @AfterEach
  void stop() {
    bob.close();
    ann.close();
    Await.await(server.stop(), 30);
  }

  private String token(String userId) {
    return Nodes.json(url, "/dev/token?userId=" + userId).getString("token");
  }

  private static JsonObject join(String userId) {
    return new JsonObject()
        .put("sessionId", CHAT)
        .put("userId", userId)
        .put("displayName", userId)
        .put("publicKey", "key of " + userId)
        .put("authKey", "a key");
  }

  /** Bob, who still reads, calls ann, who hears it; the call's id. */
  private String ring() {
    bob.tell("call_initiate", new JsonObject().put("calleeId", "ann").put("callType", "audio"));
    return ann.hear("incoming_call", 30).getString("callId");
  }

  /** From here on bob reads nothing: more waits for him than a client may be behind. */
  private void burst() {
    for (int i = 0; i < BURST; i++) {
      JsonObject message =
          new JsonObject()
              .put("sessionId", CHAT)
              .put("from", "ann")
              .put("encrypted", "x".repeat(MESSAGE_CHARS))
              .put("clientMessageId", "m" + messages++);
      assertThat(ann.ask("send-message", message).encode()).doesNotContain("error");
    }
  }

  private void type(String event) {
    ann.tell(event, new JsonObject().put("sessionId", CHAT).put("userId", "ann"));
  }

  private void ask(String event, JsonObject payload) {
    assertThat(ann.ask(event, payload).getBoolean("success")).as(event).isTrue();
  }

  private static JsonObject of(String callId) {
    return new JsonObject().put("callId", callId);
  }

  private void sdp(String event, String callId, String text) {
    JsonObject sdp = new JsonObject().put("type", event.substring(4)).put("sdp", text);
    ask(event, of(callId).put("to", "bob").put("sdp", sdp));
  }

  /** So many candidates, each of them three times. */
  private void candidates(String callId, String name, int count) {
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < count; i++) {
        JsonObject candidate = new JsonObject().put("candidate", name + i);
        ask("ice_candidate", of(callId).put("to", "bob").put("candidate", candidate));
      }
    }
  }

  /** What bob got, each event in a word, until one that has this word. */
  private List<String> readTo(String last) {
    List<String> words = new ArrayList<>();
    while (!words.contains(last)) {
      String packet = bob.next();
      if (packet.startsWith("42[")) {
        words.add(word(new JsonArray(packet.substring(2))));
      }
    }
    return words;
  }

  private static String word(JsonArray event) {
    String name = event.getString(0);
    return switch (name) {
      case "new-message" -> event.getJsonObject(1).getString("id");
      case "ice_candidate" -> text(event, "candidate");
      case "sdp_offer", "sdp_answer" -> text(event, "sdp");
      default -> name;
    };
  }

  private static String text(JsonArray event, String body) {
    return event.getJsonObject(1).getJsonObject(body).getString(body);
  }

  private static List<String> numbered(String name, int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> name + i).toList();
  }

  @Test
  void whatItNeedsArrivesInOrderAndTheRestIsSpared() {
    String callId = ring();
    burst();
    type("typing");
    type("stopped-typing");
    ask("call_accept", of(callId));
    sdp("sdp_answer", callId, "answer");
    candidates(callId, "c", 20);
    sdp("sdp_offer", callId, "restart");
    candidates(callId, "d", 20);
    List<String> read = readTo("d19");
    assertThat(read).doesNotContain("user-typing", "user-stopped-typing");
    assertThat(read).containsSubsequence(numbered("m", 0, BURST));
    List<String> ofCall = new ArrayList<>(List.of("call_accept", "answer"));
    ofCall.addAll(numbered("c", 0, 20));
    ofCall.add("restart");
    ofCall.addAll(numbered("d", 0, 20));
    assertThat(read.stream().filter(ofCall::contains)).isEqualTo(ofCall);

    burst();
    sdp("sdp_offer", callId, "last offer");
    candidates(callId, "e", 20);
    ask("call_end", of(callId));
    List<String> after = readTo("call_end");
    assertThat(after).contains("last offer").noneMatch(word -> word.matches("e\\d+"));
    // The last messages may still come.
    type("typing");
    List<String> typed = readTo("user-typing");
    assertThat(typed).noneMatch(word -> word.matches("e\\d+"));
    after.addAll(typed);
    assertThat(after).containsSubsequence(numbered("m", BURST, 2 * BURST));
  }
}
