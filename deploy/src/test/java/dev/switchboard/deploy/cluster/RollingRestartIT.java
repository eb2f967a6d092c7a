package dev.switchboard.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.RoundRobin;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  @Test
  void noCallIsLostAndSignalingArrivesInOrderAndOnce() {
    try (Nodes nodes =
            Nodes.start(
                Map.of("CALL_RECONNECT_GRACE", "30s", "SHUTDOWN_GRACE", "6s"),
                "signaling,push",
                "signaling,ice",
                "signaling,rooms");
        RoundRobin balancer = new RoundRobin(nodes.urls())) {
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
        }
        node.restart();
        Await.until(() -> nodes.allSee(3), 30);
      }
      for (Pair pair : pairs) {
        int last = number;
        Await.until(() -> pair.caller().isConnected() && pair.sends(last), 30);
        Await.until(() -> pair.received().contains(last), 30);
        assertThat(pair.received()).doesNotHaveDuplicates().isSorted();
        assertThat(pair.received()).containsAll(pair.sent());
        JsonObject end = new JsonObject().put("callId", pair.callId());
        assertThat(pair.caller().ask("call_end", end).getBoolean("success")).isTrue();
        assertThat(pair.callee().hear("call_end").getString("reason")).isEqualTo("hangup");
        for (StockClient one : List.of(pair.caller(), pair.callee())) {
          assertThat(one.heard()).doesNotContain("displaced", "unauthorized");
        }
      }
    }
  }
}
