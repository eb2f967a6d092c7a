package dev.switchboard.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nginx;
import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.RoomApp;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every node is restarted, one after another, while people talk. */
final class RollingRestartIT {
  private static final int PAIRS = 8;

  private record Pair(StockClient caller, StockClient callee, String callId, List<Integer> sent) {
    boolean sends(int number) {
      JsonObject candidate =
          new JsonObject()
              .put("callId", callId)
              .put("to", callee.userId())
              .put("candidate", number);
      try {
        boolean taken = caller.ask("ice_candidate", candidate).getBoolean("success");
        if (taken) {
          sent.add(number);
        }
        return taken;
      } catch (AssertionError lostWithItsConnection) {
        return false;
      }
    }

    List<Integer> received() {
      return callee.all("ice_candidate").stream().map(it -> it.getInteger("candidate")).toList();
    }
  }

  /**
   * Two members of a chat session; every message that one was told is sent must reach the other.
   */
  private record Chat(StockClient writer, StockClient reader) {
    static Chat open(StockClient writer, StockClient reader) {
      writer.tellWheneverConnected("join-session", join(writer, true));
      writer.hear("session-metadata");
      reader.tellWheneverConnected("join-session", join(reader, false));
      reader.hear("session-metadata");
      return new Chat(writer, reader);
    }

    private static JsonObject join(StockClient member, boolean creator) {
      return new JsonObject()
          .put("sessionId", "rolling")
          .put("userId", member.userId())
          .put("displayName", member.userId())
          .put("publicKey", "key of " + member.userId())
          .put("isCreator", creator)
          .put("authKey", "a key");
    }

    void write(int number) {
      writer.tell(
          "send-message",
          new JsonObject()
              .put("sessionId", "rolling")
              .put("from", writer.userId())
              .put("encrypted", "text " + number)
              .put("clientMessageId", "m" + number));
    }

    Set<String> sent() {
      return ids(writer.all("message-sent"));
    }

    Set<String> read() {
      Set<String> read = new HashSet<>(ids(reader.all("new-message")));
      reader
          .all("messages-history")
          .forEach(
              history ->
                  history
                      .getJsonArray("list")
                      .forEach(one -> read.add(((JsonObject) one).getString("id"))));
      return read;
    }

    private static Set<String> ids(List<JsonObject> messages) {
      return messages.stream().map(it -> it.getString("id")).collect(Collectors.toSet());
    }
  }

  /** What an operator asks for while nodes come and go; only what was accepted counts. */
  private record Pushes(Nodes nodes, URI balancer, String token, List<String> accepted) {
    static Pushes to(String user, Nodes nodes, URI balancer) {
      Pushes pushes = new Pushes(nodes, balancer, nodes.token(user), new ArrayList<>());
      JsonObject device =
          new JsonObject().put("type", "fcm").put("token", "f".repeat(120)).put("device_id", "pad");
      assertThat(pushes.post("/v1/push/tokens", device).statusCode()).isEqualTo(200);
      return pushes;
    }

    private HttpResponse<String> post(String path, JsonObject body) {
      return Nodes.send(
          HttpRequest.newBuilder(balancer.resolve(path))
              .header("Authorization", "Bearer " + token)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body.encode())));
    }

    void send(int number) {
      try {
        HttpResponse<String> answer =
            post("/v1/push/test", new JsonObject().put("title", "t").put("body", "" + number));
        if (answer.statusCode() == 202) {
          accepted.add(new JsonObject(answer.body()).getString("notification_id"));
        }
      } catch (UncheckedIOException itsNodeHasGone) {
        // an app would ask again
      }
    }

    boolean isSent(String id) {
      return Nodes.send(
              HttpRequest.newBuilder(balancer.resolve("/api/v1/push/notifications/" + id))
                  .header("Authorization", "Bearer " + token))
          .body()
          .contains("\"status\":\"sent\"");
    }
  }

  private static boolean talk(RoomApp from, RoomApp to, String text) {
    return from.send("ice_candidate", "candidate", text)
        && to.all("ice_candidate").stream().anyMatch(it -> text.equals(it.getString("candidate")));
  }

  @Test
  void noCallMessageOrPushIsLostAndSignalingArrivesInOrderAndOnce() {
    try (Nodes nodes =
            Nodes.start(
                Map.of(
                    "CALL_RECONNECT_GRACE",
                    "30s",
                    "SHUTDOWN_GRACE",
                    "6s",
                    "PUSH_PROVIDERS",
                    "mock",
                    "RATE_CHAT_PER_SECOND",
                    "0"),
                "signaling,push",
                "signaling,ice,push",
                "signaling,rooms,push");
        Nginx balancer = Nginx.inTurn(nodes.urls());
        RoomApp one = new RoomApp(balancer.url(), "rolling");
        RoomApp other = new RoomApp(balancer.url(), "rolling")) {
      Chat chat =
          Chat.open(
              nodes.client(balancer.url(), "writer", "pc", "websocket"),
              nodes.client(balancer.url(), "reader", "pc", "websocket"));
      Pushes pushes = Pushes.to("sleeper", nodes, balancer.url());
      Await.until(() -> talk(one, other, "before") && talk(other, one, "before"));
      List<Pair> pairs = new ArrayList<>();
      for (int i = 0; i < PAIRS; i++) {
        String transport = i % 4 == 3 ? "polling" : "websocket";
        StockClient caller = nodes.client(balancer.url(), "ann" + i, "phone", transport);
        StockClient callee = nodes.client(balancer.url(), "bob" + i, "phone", transport);
        pairs.add(new Pair(caller, callee, caller.call(callee), new ArrayList<>()));
      }
      int number = 0;
      for (SwitchboardProcess node : IntStream.range(0, 3).mapToObj(nodes::node).toList()) {
        node.beginTermination();
        while (node.isAlive()) {
          int next = number++;
          pairs.parallelStream()
              .filter(pair -> pair.caller().isConnected())
              .forEach(p -> p.sends(next));
          chat.write(next);
          pushes.send(next);
        }
        node.restart();
        Await.until(() -> nodes.allSee(3), 30);
      }
      Await.until(() -> chat.read().containsAll(chat.sent()), 30);
      assertThat(chat.sent()).isNotEmpty();
      Await.until(() -> talk(one, other, "after") && talk(other, one, "after"), 30);
      assertThat(one.closed()).isNotEmpty().containsOnly(1012);
      assertThat(other.closed()).isNotEmpty().containsOnly(1012);
      assertThat(pushes.accepted()).isNotEmpty();
      pushes.accepted().forEach(id -> Await.until(() -> pushes.isSent(id), 30));
      for (Pair pair : pairs) {
        int last = number;
        Await.until(() -> pair.caller().isConnected() && pair.sends(last), 30);
        Await.until(() -> pair.received().contains(last), 30);
        assertThat(pair.received()).doesNotHaveDuplicates().isSorted();
        assertThat(pair.received()).containsAll(pair.sent());
        JsonObject end = new JsonObject().put("callId", pair.callId());
        assertThat(pair.caller().ask("call_end", end).getBoolean("success")).isTrue();
        assertThat(pair.callee().hear("call_end").getString("reason")).isEqualTo("hangup");
        for (StockClient party : List.of(pair.caller(), pair.callee())) {
          assertThat(party.heard()).doesNotContain("displaced", "unauthorized");
        }
      }
    }
  }
}
