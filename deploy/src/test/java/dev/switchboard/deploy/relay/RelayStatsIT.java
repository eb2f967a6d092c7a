package dev.switchboard.deploy.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.switchboard.deploy.testing.Coturn;
import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.OwnRedis;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A real coturn tells a real Redis what it carried, and is told when a call is over. */
class RelayStatsIT {
  private static OwnRedis statistics;
  private static Coturn relay;
  private static Nodes nodes;

  /** Roles apart: the call ends at the first node, the relay is known to the second. */
  @BeforeAll
  static void start() {
    RealRedis.flush();
    statistics = OwnRedis.start();
    String line = Integer.toString(RealRedis.freePort());
    Map<String, String> settings =
        Map.of(
            "TURN_STATIC_SECRET",
            "a-secret-of-this-test-0123456789abcdef",
            "TURN_STATS_REDIS_URL",
            statistics.url(),
            "TURN_CLI_PASSWORD",
            "a-word",
            "TURN_CLI_PORT",
            line);
    relay = Coturn.start(settings, Coturn.Peers.LOOPBACK_TOO);
    Map<String, String> product = new HashMap<>(settings);
    product.put("TURN_SERVER_URL", relay.url());
    product.put("TURN_CLI", "127.0.0.1:" + line);
    nodes = Nodes.start(product, "signaling,push", "ice");
  }

  @AfterAll
  static void stop() {
    nodes.close();
    relay.close();
    statistics.close();
  }

  @Test
  void bytesOfACallGetIntoItsRecordAndItsSessionsEndWithIt() throws Exception {
    try (StockClient ann = client("ann");
        StockClient bob = client("bob");
        EchoPeer peer = new EchoPeer()) {
      final double before = metric("switchboard_relay_bytes_total");
      JsonObject call = call(ann, bob);
      JsonObject server = relay(ann, call);
      String name = server.getString("username");
      String closed = "closed (2nd stage), user <" + name + ">";

      carry(server, peer.port(), 20);
      Await.until(() -> metric("switchboard_relay_bytes_total") - before > 2 * 20 * 500, 30);
      Process second = send(server, peer.port(), 100_000);
      String begun = "user <" + name + ">: incoming packet CHANNEL_BIND processed, success";
      Await.until(() -> logged(begun) >= 2, 30);
      final int closedBefore = logged(closed);
      // One total has come before the record; those of the sessions that end with it come after.
      end(ann, call);

      Await.until(() -> metric("switchboard_relay_cuts_total") >= 1, 30);
      Await.until(() -> logged(closed) > closedBefore, 30);
      second.destroy();
      Await.until(() -> bytes(call, bob).filter(sum -> sum > 2 * 20 * 500).isPresent(), 30);
      // Sessions of the other test's calls may still end meanwhile.
      long recorded = bytes(call, bob).orElseThrow();
      assertThat(metric("switchboard_relay_bytes_total") - before).isGreaterThanOrEqualTo(recorded);
    }
  }

  @Test
  void bytesAreCountedWhateverTheUserIsCalled() throws Exception {
    for (String userId : List.of("Ann Lee", "O'Hara", "a^b")) {
      try (StockClient caller = client(userId);
          StockClient callee = client("dan");
          EchoPeer peer = new EchoPeer()) {
        JsonObject call = call(caller, callee);
        carry(relay(caller, call), peer.port(), 2);
        end(caller, call);
        assertThatCode(() -> Await.until(() -> bytes(call, callee).isPresent(), 30))
            .as(() -> "call %s of %s; the relay:%n%s".formatted(call, userId, relay.log()))
            .doesNotThrowAnyException();
      }
    }
  }

  private static StockClient client(String userId) {
    String token = nodes.token(URLEncoder.encode(userId, UTF_8));
    return StockClient.connected(nodes.node(0).url(), token, userId, "phone", "websocket");
  }

  private static JsonObject call(StockClient caller, StockClient callee) {
    JsonObject begun =
        caller.ask(
            "call_initiate",
            new JsonObject().put("calleeId", callee.userId()).put("callType", "audio"));
    assertThat(begun.getBoolean("success")).as(begun.encode()).isTrue();
    JsonObject id = new JsonObject().put("callId", begun.getString("callId"));
    callee.hear("incoming_call");
    assertThat(callee.ask("call_accept", id).getBoolean("success")).isTrue();
    caller.hear("call_accept");
    return begun;
  }

  private static void end(StockClient client, JsonObject call) {
    JsonObject id = new JsonObject().put("callId", call.getString("callId"));
    assertThat(client.ask("call_end", id).getBoolean("success")).isTrue();
  }

  /**
   * The relay with credentials of the call. On a busy machine the acknowledgement, which waits 100
   * ms for them, has those that the user had before; the call's own come soon after.
   */
  private static JsonObject relay(StockClient caller, JsonObject call) {
    String callId = call.getString("callId");
    Optional<JsonObject> relay = relay(call, callId);
    while (relay.isEmpty()) {
      relay = relay(caller.hear("ice_servers"), callId);
    }
    return relay.get();
  }

  private static Optional<JsonObject> relay(JsonObject answer, String callId) {
    return answer.getJsonArray("iceServers").stream()
        .map(JsonObject.class::cast)
        .filter(server -> server.getString("username", "").endsWith("." + callId))
        .findFirst();
  }

  private static int logged(String words) {
    return (int) relay.log().lines().filter(line -> line.contains(words)).count();
  }

  /** Sends so many messages, which all come back. */
  private static void carry(JsonObject server, int peerPort, int messages) throws Exception {
    Process sending = send(server, peerPort, messages);
    assertThat(sending.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String said = new String(sending.getInputStream().readAllBytes(), UTF_8);
    assertThat(sending.exitValue()).as(said).isZero();
    assertThat(said).contains("tot_recv_msgs=" + messages);
  }

  private static Process send(JsonObject server, int peerPort, int messages) throws IOException {
    return new ProcessBuilder(
            "turnutils_uclient",
            "-u",
            server.getString("username"),
            "-w",
            server.getString("credential"),
            "-e",
            "127.0.0.1",
            "-r",
            Integer.toString(peerPort),
            "-n",
            Integer.toString(messages),
            "-m",
            "1",
            "-l",
            "500",
            "-c",
            "-p",
            Integer.toString(relay.port()),
            "127.0.0.1")
        .redirectErrorStream(true)
        .start();
  }

  private static Optional<Long> bytes(JsonObject call, StockClient party) {
    JsonObject page =
        new JsonObject(
            Nodes.send(
                    HttpRequest.newBuilder(nodes.node(0).url().resolve("/api/v1/calls"))
                        .header("Authorization", "Bearer " + nodes.token(party.userId())))
                .body());
    return page.getJsonArray("calls").stream()
        .map(JsonObject.class::cast)
        .filter(each -> call.getString("callId").equals(each.getString("callId")))
        .map(each -> each.getLong("relayedBytes"))
        .filter(Objects::nonNull)
        .findFirst();
  }

  private static double metric(String name) {
    return Nodes.send(HttpRequest.newBuilder(nodes.node(1).url().resolve("/metrics")))
        .body()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
