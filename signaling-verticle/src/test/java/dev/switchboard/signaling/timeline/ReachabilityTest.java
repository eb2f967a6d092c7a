package dev.switchboard.signaling.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.signaling.timeline.Reachability.Socket;
import dev.switchboard.signaling.timeline.Reachability.Token;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ReachabilityTest {
  private static final long NOW = 1_000_000;

  private static Socket socket(String device, String platform, @Nullable Boolean alive) {
    return new Socket(device, platform, "n.0", 1, 2L, alive);
  }

  private static Token token(String device, String type) {
    return new Token(device, type, "default", 0, null);
  }

  private static String ring(List<Socket> sockets, @Nullable List<Token> tokens, String device) {
    Reachability reach =
        new Reachability(sockets, tokens, Set.of("apns", "apns_voip", "webpush"), 0, NOW);
    return reach.wouldRing().stream()
        .map(JsonObject.class::cast)
        .filter(one -> device.equals(one.getString("deviceId")))
        .map(one -> one.getString("by") + ": " + one.getString("why"))
        .findFirst()
        .orElse("unknown");
  }

  @Test
  void socketThatAnswersComesFirst() {
    assertThat(ring(List.of(socket("p", "ios", true)), List.of(token("p", "apns")), "p"))
        .startsWith("socket: ");
  }

  @Test
  void whoIsNotToBeDisturbedWouldNotRing() {
    List<Socket> sockets = List.of(socket("p", "ios", true));
    Reachability reach =
        new Reachability(sockets, List.of(token("q", "apns")), Set.of("apns"), NOW + 1_000, NOW);
    assertThat(reach.wouldRing().stream().map(JsonObject.class::cast))
        .hasSize(2)
        .allSatisfy(
            one -> {
              assertThat(one.getString("by")).isNull();
              assertThat(one.getString("why")).contains("not to be disturbed until 00:16:41");
            });
  }

  @Test
  void socketThatDoesNotAnswerLeavesItToThePush() {
    List<Token> both = List.of(token("p", "apns"), token("p", "apns_voip"));
    assertThat(ring(List.of(socket("p", "ios", false)), both, "p"))
        .isEqualTo(
            "apns_voip: its socket does not answer a ping, a push node delivers to its token");
    assertThat(ring(List.of(socket("p", "ios", null)), List.of(), "p"))
        .isEqualTo("null: the node of its socket gives no answer, it has no push token");
  }

  @Test
  void obstaclesAreNamed() {
    Token quarantined = new Token("p", "apns", "default", NOW + 1, "BadDeviceToken");
    assertThat(ring(List.of(), List.of(quarantined), "p"))
        .contains("null: ")
        .contains("quarantined");
    assertThat(ring(List.of(), List.of(token("q", "fcm")), "q"))
        .isEqualTo("null: no push node that runs delivers to fcm");
    assertThat(ring(List.of(socket("page", "web", true)), List.of(token("#1", "webpush")), "#1"))
        .startsWith("null: a page of this user is open");
    assertThat(ring(List.of(socket("p", "", false)), null, "p")).contains("no push node says");
  }
}
