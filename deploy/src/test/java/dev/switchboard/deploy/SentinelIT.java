package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.RedisWithSentinel;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.deploy.testing.TestSettings;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A server whose Redis is found through a sentinel, and moves. */
final class SentinelIT {
  private static Map<String, String> settings(RedisWithSentinel redis) {
    return TestSettings.with(
        Map.of(
            "PORT",
            "0",
            "REDIS_MODE",
            "sentinel",
            "REDIS_NODES",
            redis.sentinels(),
            "REDIS_MASTER",
            redis.master()));
  }

  private static StockClient client(URI url, String user) {
    String token = Nodes.json(url, "/dev/token?userId=" + user).getString("token");
    return StockClient.connected(url, token, user, "phone", "websocket");
  }

  @Test
  void callsGoOnAndNewOnesAreMadeAfterAFailOver() {
    try (RedisWithSentinel redis = new RedisWithSentinel()) {
      Server server = Await.await(Server.start(Settings.of(settings(redis))), 60);
      URI url = URI.create(server.address());
      try (StockClient ann = client(url, "ann");
          StockClient bob = client(url, "bob");
          StockClient eve = client(url, "eve")) {
        String callId = ann.call(bob);
        redis.failOver();
        Await.until(() -> Nodes.status(url, "/health/ready") == 200, 30);
        JsonObject candidate =
            new JsonObject().put("callId", callId).put("to", "bob").put("candidate", "after");
        Await.until(() -> ann.ask("ice_candidate", candidate).getBoolean("success"), 30);
        bob.hear("ice_candidate");
        JsonObject end = new JsonObject().put("callId", callId);
        Await.until(() -> ann.ask("call_end", end).getBoolean("success"), 30);
        bob.hear("call_end");
        Await.until(() -> called(eve, ann), 30);
        assertThat(ann.heard()).doesNotContain("(disconnect)");
      } finally {
        Await.await(server.stop(), 30);
      }
    }
  }

  private static boolean called(StockClient caller, StockClient callee) {
    try {
      caller.call(callee);
      return true;
    } catch (AssertionError notYet) {
      return false;
    }
  }
}
