package dev.switchboard.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.push.testing.HookReceiver;
import dev.switchboard.push.testing.HookReceiver.Received;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes die between a step and its event, and the team's back end hears of all, in order. */
final class WebhookNodeDeathIT {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  /** A claim of 16 s, a lease of 8 s, a grace of 4 s; the rest is room for a busy machine. */
  private static final long ARRIVED_SECONDS = 60;

  private HookReceiver receiver;
  private Nodes nodes;

  @BeforeEach
  void start() {
    RealRedis.flush();
    receiver = new HookReceiver();
    nodes =
        Nodes.start(
            Map.of(
                "WEBHOOK_URL",
                receiver.url(),
                "WEBHOOK_SECRET",
                SECRET,
                "WEBHOOK_ALLOW_PRIVATE",
                "on",
                "CALL_RECONNECT_GRACE",
                "4s",
                "RATE_ROOMS_PER_HOUR",
                "0",
                "RATE_ACCEPT_PER_MINUTE",
                "0",
                "PUSH_PROVIDERS",
                "mock"),
            "signaling,ice,push",
            "signaling,rooms,push");
  }

  @AfterEach
  void stop() {
    nodes.close();
    receiver.close();
  }

  /** Each event once, as a back end has them that passes over ids it knows. */
  private List<Received> taken(String field, String value) {
    Set<String> known = new HashSet<>();
    return receiver.about(field, value).stream().filter(one -> known.add(one.id())).toList();
  }

  @Test
  void callOfAKilledNodeIsToldToItsEndInOrder() {
    receiver.answers((request, event) -> {}); // whoever has claimed the call has it in hand
    StockClient ann = nodes.client(0, "ann", "phone");
    StockClient bob = nodes.client(1, "bob", "phone");
    String callId = ann.call(bob);
    Await.until(() -> !receiver.received().isEmpty());
    nodes.node(1).kill9();
    receiver.answers(200);
    Await.until(() -> taken("callId", callId).size() == 3, ARRIVED_SECONDS);
    assertThat(taken("callId", callId))
        .extracting(Received::type)
        .containsExactly("call.ringing", "call.accepted", "call.ended");
    assertThat(taken("callId", callId)).extracting(Received::seq).containsExactly(1L, 2L, 3L);
    assertThat(taken("callId", callId).getLast().data().getString("reason")).isEqualTo("peer_lost");
    assertThat(receiver.received()).allMatch(one -> one.isVerifiedBy(SECRET));
  }

  @Test
  void roomsThatAKilledNodeHasMadeAreAllTold() {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      post("/api/rooms", room("code" + i).put("client1", "c" + i));
    }
    for (int i = 0; i < 10; i++) {
      made.add(
          post("/api/rooms/accept", room("code" + i).put("client2", "d" + i)).getString("roomid"));
    }
    nodes.node(1).kill9();
    assertThat(made).doesNotContainNull();
    Await.until(
        () -> made.stream().allMatch(id -> taken("roomId", id).size() == 1), ARRIVED_SECONDS);
  }

  private static JsonObject room(String joinId) {
    return new JsonObject().put("joinid", joinId).put("expiresInSeconds", 600);
  }

  private JsonObject post(String path, JsonObject body) {
    return new JsonObject(
        Nodes.send(
                HttpRequest.newBuilder(nodes.node(1).url().resolve(path))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body.encode())))
            .body());
  }
}
