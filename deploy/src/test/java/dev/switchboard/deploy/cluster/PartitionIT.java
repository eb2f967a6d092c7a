package dev.switchboard.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.Sites;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import dev.switchboard.shared.auth.JwtSettings;
import dev.switchboard.shared.auth.TokenIssuer;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.Forwarder;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two processes that reach Redis and Postgres, but for a while not each other. */
final class PartitionIT {
  private static final Map<String, String> SECRET =
      Map.of("JWT_SECRET", "a secret for tests that is long enough");

  /** Five seconds until a silent member is given up, and room for a busy machine. */
  private static final long NOTICED_SECONDS = 30;

  /** A look for the other side every 5 s, and room for a busy machine. */
  private static final long ONE_AGAIN_SECONDS = 60;

  /** As in the manifests: right above the port where members find each other. */
  private static final int BUS_PORT = 5702;

  private static Sites sites;
  private static Forwarder redis;
  private static Forwarder postgres;
  private static SwitchboardProcess a;
  private static SwitchboardProcess b;

  @BeforeAll
  static void start() {
    sites = Sites.open();
    sites.reachEachOther(true);
    redis = new Forwarder(Sites.HERE, RealRedis.port());
    URI database = URI.create(RealPostgres.newDatabase());
    postgres = new Forwarder(Sites.HERE, database.getPort());
    String there =
        database
            .toString()
            .replace("127.0.0.1:" + database.getPort(), Sites.HERE + ":" + postgres.port());
    a = launch("a", there);
    b = launch("b", there);
    a.awaitReady();
    b.awaitReady();
    Await.until(() -> members(a) == 2 && members(b) == 2, ONE_AGAIN_SECONDS);
  }

  private static SwitchboardProcess launch(String site, String database) {
    Map<String, String> settings = new HashMap<>(SECRET);
    settings.put("APP_ENV", "test");
    settings.put("ROLES", "signaling");
    settings.put("EDGES", "1");
    settings.put("JAVA_OPTS", "-Xmx160m");
    settings.put("SECRETS_KEY", Base64.getEncoder().encodeToString(new byte[32]));
    settings.put("REDIS_URL", "redis://" + Sites.HERE + ":" + redis.port());
    settings.put("DATABASE_URL", database);
    settings.put("CLUSTER", "on");
    settings.put("CLUSTER_BUS_PORT", Integer.toString(BUS_PORT));
    settings.put("CLUSTER_HOST", Sites.address(site));
    settings.put("CLUSTER_MEMBERS", Sites.address("a") + "," + Sites.address("b"));
    return SwitchboardProcess.launch(settings, Sites.address(site), sites.at(site));
  }

  @AfterAll
  static void stop() {
    for (SwitchboardProcess node : new SwitchboardProcess[] {a, b}) {
      if (node != null) {
        node.close();
      }
    }
    if (sites != null) {
      sites.close();
    }
    redis.close();
    postgres.close();
  }

  private static int members(SwitchboardProcess node) {
    return Nodes.json(node.url(), "/health").getJsonObject("cluster").getInteger("nodes");
  }

  /** Somebody whom no test before has left in a call. */
  private static StockClient client(SwitchboardProcess node, String name) {
    String user = name + "-" + UUID.randomUUID();
    Vertx vertx = Vertx.vertx();
    try {
      TokenIssuer issuer =
          new TokenIssuer(vertx, JwtSettings.from(Settings.of(SECRET)), InstantSource.system());
      String token = issuer.issue(user, false, Duration.ofHours(1));
      return StockClient.connected(node.url(), token, user, "phone", "websocket");
    } finally {
      Await.await(vertx.close());
    }
  }

  private static JsonObject candidate(String callId, String to, String text) {
    return new JsonObject().put("callId", callId).put("to", to).put("candidate", text);
  }

  private static boolean has(StockClient one, String text) {
    return one.all("ice_candidate").stream().anyMatch(it -> text.equals(it.getString("candidate")));
  }

  private static void signal(StockClient from, StockClient to, String callId, String text) {
    assertThat(
            from.ask("ice_candidate", candidate(callId, to.userId(), text)).getBoolean("success"))
        .isTrue();
    Await.until(() -> has(to, text), NOTICED_SECONDS);
  }

  private static List<String> candidates(StockClient one) {
    return one.all("ice_candidate").stream().map(it -> it.getString("candidate")).toList();
  }

  @Test
  void callsGoOnAndBothSidesMeetAgain() {
    try (StockClient ann = client(a, "ann");
        StockClient bob = client(b, "bob");
        StockClient cat = client(a, "cat");
        StockClient dan = client(a, "dan")) {
      String across = ann.call(bob);
      String within = cat.call(dan);
      signal(ann, bob, across, "before");

      sites.reachEachOther(false);
      // Before anybody knows that the network is in two parts.
      List<String> sent = new ArrayList<>(List.of("before"));
      for (int i = 0; i < 40; i++) {
        sent.add("cut " + i);
        ann.later("ice_candidate", candidate(across, bob.userId(), "cut " + i));
        signal(cat, dan, within, "within one side " + i);
      }
      try (StockClient gil = client(a, "gil");
          StockClient hal = client(b, "hal")) {
        gil.call(hal);
      }
      Await.until(() -> candidates(bob).size() >= sent.size(), NOTICED_SECONDS);
      assertThat(candidates(bob)).isEqualTo(sent);
      Await.until(() -> members(a) == 1 && members(b) == 1, NOTICED_SECONDS);
      for (int i = 0; i < 2; i++) {
        signal(ann, bob, across, "round " + i);
        signal(bob, ann, across, "back " + i);
      }
      try (StockClient eve = client(b, "eve");
          StockClient fay = client(a, "fay")) {
        String made = eve.call(fay);
        assertThat(fay.ask("call_end", new JsonObject().put("callId", made)).getBoolean("success"))
            .isTrue();
        eve.hear("call_end");
      }

      sites.reachEachOther(true);
      Await.until(() -> members(a) == 2 && members(b) == 2, ONE_AGAIN_SECONDS);
      signal(ann, bob, across, "after");
      signal(bob, ann, across, "after");
      JsonObject end = new JsonObject().put("callId", across);
      assertThat(bob.ask("call_end", end).getBoolean("success")).isTrue();
      assertThat(ann.hear("call_end").getString("reason")).isEqualTo("hangup");
      bob.call(ann);
      for (StockClient one : List.of(ann, bob, cat, dan)) {
        assertThat(one.heard()).doesNotContain("(disconnect)", "peer_reconnecting");
      }
    }
  }

  @Test
  void processThatHearsNobodyOverTheBusIsNotReady() {
    sites.reachPort(BUS_PORT, false);
    for (SwitchboardProcess node : List.of(a, b)) {
      Await.until(() -> Nodes.status(node.url(), "/health/ready") == 503, NOTICED_SECONDS);
      assertThat(Nodes.status(node.url(), "/health/live")).isEqualTo(200);
      assertThat(Nodes.json(node.url(), "/health").getString("status")).isEqualTo("degraded");
    }
    sites.reachPort(BUS_PORT, true);
    for (SwitchboardProcess node : List.of(a, b)) {
      Await.until(() -> Nodes.status(node.url(), "/health/ready") == 200, NOTICED_SECONDS);
    }
    try (StockClient gus = client(a, "gus");
        StockClient hal = client(b, "hal")) {
      gus.call(hal);
    }
  }
}
