package dev.switchboard.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each role in processes of its own. */
final class RolesApartIT {
  private static final int ROOMS = 2;
  private static final int PUSH = 3;
  private static Nodes nodes;

  @BeforeAll
  static void start() {
    nodes =
        Nodes.start(
            Map.of("TURN_SERVER_URL", "turn:127.0.0.1:3478", "TURN_STATIC_SECRET", "of the relay"),
            "signaling",
            "signaling",
            "rooms,ice",
            "push");
  }

  @AfterEach
  void hangUp() {
    nodes.hangUp();
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @Test
  void everyProcessTellsOfAllRoles() {
    StockClient ann = nodes.client(0, "ann", "phone");
    StockClient bob = nodes.client(1, "bob", "phone");
    String callId = ann.call(bob);
    for (URI url : nodes.urls()) {
      // Another test may have had Postgres away a moment ago.
      Await.until(() -> Nodes.json(url, "/health").getString("status").equals("ok"));
      Await.until(() -> Nodes.json(url, "/health").getInteger("sessions") == 2);
      JsonObject health = Nodes.json(url, "/health");
      assertThat(health.getInteger("activeSessions")).isEqualTo(1);
      assertThat(health.getJsonObject("cluster").getInteger("nodes")).isEqualTo(4);
      JsonObject features = Nodes.json(url, "/info").getJsonObject("features");
      for (String feature :
          new String[] {"socketio", "turn", "signaling", "rooms", "ice", "push"}) {
        assertThat(features.getBoolean(feature)).as(feature).isTrue();
      }
    }
    assertThat(Nodes.json(nodes.node(PUSH).url(), "/health").getJsonArray("roles"))
        .isEqualTo(new JsonArray().add("push"));
    ann.ask("call_end", new JsonObject().put("callId", callId));
  }

  @Test
  void relayServersComeOverTheBus() {
    // A registration waits 100 ms for the list, and the first may be the bus's first to that node.
    Await.until(
        () -> {
          StockClient eve = nodes.client(0, "eve", "phone");
          String servers = eve.all("registered").getFirst().getJsonArray("iceServers").encode();
          return servers.contains("turn:127.0.0.1:3478") && servers.contains("credential");
        });
  }

  @Test
  void livenessDoesNotDependOnRedisAndCallsGoOnWithoutIt() {
    StockClient ann = nodes.client(0, "cat", "phone");
    StockClient bob = nodes.client(1, "dan", "phone");
    String callId = ann.call(bob);
    RealRedis.stop();
    try {
      for (URI url : nodes.urls()) {
        Await.until(() -> Nodes.json(url, "/health").getString("redis").equals("disconnected"), 30);
        JsonArray roles = Nodes.json(url, "/health").getJsonArray("roles");
        boolean needsRedis = roles.contains("signaling") || roles.contains("push");
        assertThat(Nodes.status(url, "/health/ready")).isEqualTo(needsRedis ? 503 : 200);
        assertThat(Nodes.status(url, "/health/live")).isEqualTo(200);
      }
      JsonObject candidate =
          new JsonObject().put("callId", callId).put("to", "dan").put("candidate", "over the bus");
      assertThat(ann.ask("ice_candidate", candidate).getBoolean("success")).isTrue();
      assertThat(bob.hear("ice_candidate").getString("candidate")).isEqualTo("over the bus");
    } finally {
      RealRedis.start();
    }
    nodes.urls().forEach(url -> Await.until(() -> Nodes.status(url, "/health/ready") == 200, 20));
    JsonObject end = new JsonObject().put("callId", callId);
    Await.until(() -> ann.ask("call_end", end).getBoolean("success"));
    bob.hear("call_end");
    assertThat(ann.heard()).doesNotContain("(disconnect)");
  }

  private static HttpResponse<String> room(int node) {
    return Nodes.send(
        HttpRequest.newBuilder(
                nodes.node(node).url().resolve("/api/rooms?roomid=" + "a".repeat(48)))
            .GET());
  }

  private static JsonObject history(String user) {
    return new JsonObject(
        Nodes.send(
                HttpRequest.newBuilder(nodes.node(0).url().resolve("/api/v1/calls"))
                    .header("Authorization", "Bearer " + nodes.token(user)))
            .body());
  }

  @Test
  void callsGoOnWithoutPostgresAndTheirRecordsArriveLater() {
    StockClient ann = nodes.client(0, "fay", "phone");
    StockClient bob = nodes.client(1, "gus", "phone");
    String before = ann.call(bob);
    assertThat(room(ROOMS).statusCode()).isEqualTo(404);
    RealPostgres.stop();
    String during;
    try {
      Await.until(() -> room(ROOMS).statusCode() == 503);
      for (int signaling : new int[] {0, 1}) {
        Await.until(
            () ->
                Nodes.json(nodes.node(signaling).url(), "/health")
                    .getString("postgres")
                    .equals("disconnected"));
        assertThat(Nodes.status(nodes.node(signaling).url(), "/health/ready")).isEqualTo(200);
      }
      JsonObject candidate =
          new JsonObject().put("callId", before).put("to", "gus").put("candidate", "meanwhile");
      assertThat(ann.ask("ice_candidate", candidate).getBoolean("success")).isTrue();
      bob.hear("ice_candidate");
      ann.ask("call_end", new JsonObject().put("callId", before));
      during = ann.call(bob);
      bob.ask("call_end", new JsonObject().put("callId", during));
    } finally {
      RealPostgres.start();
    }
    Await.until(() -> room(ROOMS).statusCode() == 404, 30);
    Await.until(() -> history("fay").encode().contains(before), 30);
    Await.until(() -> history("gus").encode().contains(during), 30);
    nodes.urls().forEach(url -> Await.until(() -> Nodes.status(url, "/health/ready") == 200, 20));
  }
}
