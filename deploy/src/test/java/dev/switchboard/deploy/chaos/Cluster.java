package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import dev.switchboard.deploy.testing.TestSettings;
import dev.switchboard.deploy.testing.TwoSites;
import dev.switchboard.shared.auth.JwtSettings;
import dev.switchboard.shared.auth.TokenIssuer;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Three nodes with roles apart, each on a network of its own, and the ways to their stores and for
 * their users. Needs root, as networks do.
 */
final class Cluster implements AutoCloseable {
  /** Right above the port where members find each other. */
  private static final int BUS_PORT = 5_702;

  /** How many nodes there are. */
  static final int NODES = 3;

  private static final long WHOLE_SECONDS = 90;

  /** A node's place: the first two have users. */
  private record Place(String address, String roles) {}

  private static final List<Place> PLACES =
      List.of(
          new Place(TwoSites.address("a"), "signaling,push"),
          new Place(TwoSites.address("b"), "signaling,rooms,ice"),
          new Place(TwoSites.HUB, "push"));

  private final Vertx vertx = Vertx.vertx();
  private final List<SwitchboardProcess> nodes = new ArrayList<>();
  private final TwoSites sites = TwoSites.open();
  private final Link redis = Link.to(TwoSites.HERE, RealRedis.port());
  private final Link postgres;
  private final Link front;
  private final Link pushFront;
  private final Browsers browsers = new Browsers(TwoSites.HERE);
  private final String database;
  private final TokenIssuer issuer;

  /** Starts it; returns when the nodes are one cluster. */
  Cluster() {
    RealRedis.flush();
    sites.reachEachOther(true);
    database = RealPostgres.newDatabase();
    int port = URI.create(database).getPort();
    postgres = Link.to(TwoSites.HERE, port);
    Map<String, String> settings = settings();
    settings.put(
        "DATABASE_URL",
        database.replace("127.0.0.1:" + port, TwoSites.HERE + ":" + postgres.port()));
    issuer =
        new TokenIssuer(vertx, JwtSettings.from(Settings.of(settings)), InstantSource.system());
    PLACES.forEach(place -> nodes.add(launch(place, settings)));
    front = to("signaling");
    pushFront = to("push");
    try {
      nodes.forEach(SwitchboardProcess::awaitReady);
      awaitWhole();
    } catch (RuntimeException | AssertionError e) {
      close();
      throw e;
    }
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("APP_ENV", "test");
    settings.put("EDGES", "1");
    settings.put("JAVA_OPTS", "-Xmx160m");
    settings.put("JWT_SECRET", "a secret for tests that is long enough");
    settings.put("SECRETS_KEY", TestSettings.SECRETS_KEY);
    settings.put("REDIS_URL", "redis://" + TwoSites.HERE + ":" + redis.port());
    settings.put("CLUSTER", "on");
    settings.put("CLUSTER_BUS_PORT", Integer.toString(BUS_PORT));
    settings.put("CLUSTER_MEMBERS", String.join(",", PLACES.stream().map(Place::address).toList()));
    settings.put("PUSH_PROVIDERS", "webpush");
    settings.put("WEBPUSH_ALLOW_HTTP", "on");
    settings.put("WEBPUSH_ALLOW_PRIVATE", "on");
    settings.put("RATE_SUBSCRIBE_PER_MINUTE", "0");
    settings.put("RATE_CHAT_PER_SECOND", "0");
    settings.put("CALL_RING_TIMEOUT", "10s");
    settings.put("CALL_RECONNECT_GRACE", "5s");
    settings.put("SHUTDOWN_GRACE", "5s");
    settings.put("RATE_CALLS_PER_MINUTE", "0");
    return settings;
  }

  private SwitchboardProcess launch(Place place, Map<String, String> common) {
    Map<String, String> settings = new HashMap<>(common);
    settings.put("ROLES", place.roles());
    settings.put("CLUSTER_HOST", place.address());
    List<String> launcher =
        switch (PLACES.indexOf(place)) {
          case 0 -> sites.at("a");
          case 1 -> sites.at("b");
          default -> sites.inHub();
        };
    return SwitchboardProcess.launch(settings, place.address(), launcher);
  }

  private Link to(String role) {
    return new Link(
        "127.0.0.1",
        IntStream.range(0, NODES)
            .filter(i -> PLACES.get(i).roles().contains(role))
            .mapToObj(this::node)
            .map(node -> new InetSocketAddress(node.url().getHost(), node.url().getPort()))
            .toList());
  }

  /** The address from which a node connects. */
  static String address(int node) {
    return PLACES.get(node).address();
  }

  /** The way of the nodes to Redis. */
  Link redis() {
    return redis;
  }

  Browsers browsers() {
    return browsers;
  }

  /** Opens or closes the way between the two nodes with users. */
  void reachEachOther(boolean open) {
    sites.reachEachOther(open);
  }

  /** Opens or closes the way that what one of the two nodes with users sends takes to the other. */
  void hearFrom(int node, boolean open) {
    sites.hearFrom(node == 0 ? "a" : "b", open);
  }

  /** Lets Postgres take no writes, or take them again. */
  void readOnly(boolean on) {
    URI url = URI.create(database);
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath(),
                "postgres",
                "postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(
          on
              ? "ALTER SYSTEM SET default_transaction_read_only = on"
              : "ALTER SYSTEM RESET default_transaction_read_only");
      statement.execute("SELECT pg_reload_conf()");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where who pushes and subscribes connects. */
  URI pushFront() {
    return URI.create("http://127.0.0.1:" + pushFront.port());
  }

  /** Where users connect. */
  URI front() {
    return URI.create("http://127.0.0.1:" + front.port());
  }

  SwitchboardProcess node(int number) {
    return nodes.get(number);
  }

  /** A token that every node takes for a day. */
  String token(String userId, boolean operator) {
    return issuer.issue(userId, operator, Duration.ofDays(1));
  }

  /** Starts a node again, as often as it ends by itself; returns when it is ready. */
  void bringUp(int number) {
    SwitchboardProcess node = node(number);
    Await.until(
        () -> {
          if (!node.isAlive()) {
            node.relaunch();
          }
          return isReady(node);
        },
        WHOLE_SECONDS);
  }

  private static boolean isReady(SwitchboardProcess node) {
    return Nodes.status(node.url(), "/health/ready") == 200;
  }

  /** Returns when every node is ready and sees all others; fails with what each says if not. */
  void awaitWhole() {
    try {
      Await.until(() -> nodes.stream().allMatch(this::isWhole), WHOLE_SECONDS);
    } catch (AssertionError e) {
      throw new AssertionError("the cluster is not whole again: " + described(), e);
    }
  }

  /** What each node says of itself, and the last lines of its log. */
  String described() {
    return nodes.stream()
        .map(node -> Nodes.json(node.url(), "/health").encode() + "\n" + node.log())
        .collect(Collectors.joining("\n\n"));
  }

  private boolean isWhole(SwitchboardProcess node) {
    return isReady(node)
        && Nodes.json(node.url(), "/health").getJsonObject("cluster").getInteger("nodes") == NODES;
  }

  @Override
  public void close() {
    front.close();
    pushFront.close();
    nodes.forEach(SwitchboardProcess::resume);
    nodes.forEach(SwitchboardProcess::beginTermination);
    nodes.forEach(SwitchboardProcess::close);
    redis.close();
    postgres.close();
    sites.close();
    browsers.close();
    Await.await(vertx.close());
  }
}
