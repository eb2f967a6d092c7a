package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.testing.Coturn;
import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.OwnClock;
import dev.switchboard.deploy.testing.RedisWithSentinel;
import dev.switchboard.deploy.testing.Sites;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import dev.switchboard.deploy.testing.TestSettings;
import dev.switchboard.shared.auth.JwtSettings;
import dev.switchboard.shared.auth.TokenIssuer;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.TemporaryFolder;
import dev.switchboard.shared.testing.TestCertificates;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
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
          new Place(Sites.address("a"), "signaling,push"),
          new Place(Sites.address("b"), "signaling,rooms,ice"),
          new Place(Sites.address("c"), "push"));

  private static final List<String> SITES = List.of("a", "b", "c");
  private static final String RELAY_SECRET = "a-secret-of-the-relay-that-is-long-enough";
  private static final int LOG_BYTES = 32_000_000;
  private static final String FILLED = "filled";

  private final Vertx vertx = Vertx.vertx();
  private final List<Path> logs = new ArrayList<>();
  private final List<OwnClock> clocks = new ArrayList<>();
  private final List<SwitchboardProcess> nodes = new ArrayList<>();
  private final Sites sites = Sites.open();
  private final List<Link> ways = new ArrayList<>();
  private final OwnClock redisClock = new OwnClock();
  private final RedisWithSentinel redis =
      new RedisWithSentinel(Sites.HERE, this::way, redisClock.launcher());
  private final Link postgres;
  private final Link front;
  private final Link pushFront;
  private Coturn relay = startedRelay(Map.of("TURN_LISTEN_IP", Sites.HUB));
  private final Link iceFront;
  private final Path keys = TemporaryFolder.create("chaos-keys-");
  private final TestCertificates certificates = new TestCertificates(keys);
  private final List<Provider> providers = startedProviders();
  private final String database;
  private final TokenIssuer issuer;

  /** Starts it; returns when the nodes are one cluster. */
  Cluster() {
    sites.reachEachOther(true);
    database = RealPostgres.newDatabase();
    int port = URI.create(database).getPort();
    postgres = Link.to(Sites.HERE, port);
    Map<String, String> settings = settings();
    settings.put(
        "DATABASE_URL", database.replace("127.0.0.1:" + port, Sites.HERE + ":" + postgres.port()));
    issuer =
        new TokenIssuer(vertx, JwtSettings.from(Settings.of(settings)), InstantSource.system());
    PLACES.forEach(place -> nodes.add(launch(place, settings)));
    front = to("signaling");
    pushFront = to("push");
    iceFront = to("ice");
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
    settings.put("REDIS_MODE", "sentinel");
    settings.put("REDIS_NODES", redis.sentinels());
    settings.put("REDIS_MASTER", redis.master());
    settings.put("LOG_FILE_BYTES", "1000000");
    settings.put("LOG_TOTAL_BYTES", "8000000");
    settings.put("CLUSTER", "on");
    settings.put("CLUSTER_BUS_PORT", Integer.toString(BUS_PORT));
    settings.put("CLUSTER_MEMBERS", String.join(",", PLACES.stream().map(Place::address).toList()));
    providers.forEach(provider -> settings.putAll(provider.settings()));
    settings.put("PUSH_PROVIDERS", "webpush,fcm,apns");
    settings.put("PUSH_STRICT", "on");
    settings.put("PUSH_TRUSTED_CA_PATH", certificates.authority().toString());
    settings.put("STUN_SERVER_URL", "stun:" + Sites.HUB + ":" + relay.port());
    settings.put("TURN_SERVER_URL", relay.url());
    settings.put("TURN_STATIC_SECRET", RELAY_SECRET);
    settings.put("RATE_ICE_PER_MINUTE", "0");
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
    Path log = TemporaryFolder.create("chaos-log-");
    logs.add(log);
    settings.put("LOG_DIR", log.toString());
    List<String> launcher = new ArrayList<>(sites.at(SITES.get(PLACES.indexOf(place))));
    // A namespace of mounts is its own, too: the folder is gone with the process.
    String mount = "mount -t tmpfs -o size=" + LOG_BYTES + " none " + log + " && exec \"$@\"";
    launcher.addAll(List.of("sh", "-c", mount, "sh"));
    OwnClock clock = new OwnClock();
    clocks.add(clock);
    launcher.addAll(clock.launcher());
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
  private static String address(int node) {
    return PLACES.get(node).address();
  }

  /** A port at which nodes find one of this machine's loopback. */
  private int way(int port) {
    Link link = Link.to(Sites.HERE, port);
    ways.add(link);
    return link.port();
  }

  RedisWithSentinel redis() {
    return redis;
  }

  /** Breaks the connections of a node to Redis and takes no new one. */
  void cutFromRedis(int node) {
    ways.forEach(link -> link.cut(address(node)));
  }

  /** Holds back what a node and Redis send each other, in one direction. */
  void holdRedis(int node, Link.Way way) {
    ways.forEach(link -> link.hold(address(node), way));
  }

  /** Lets a node and Redis have each other again. */
  void healRedis(int node) {
    ways.forEach(link -> link.heal(address(node)));
  }

  /** Redis's time of day. */
  OwnClock redisClock() {
    return redisClock;
  }

  /** A node's time of day. */
  OwnClock clock(int node) {
    return clocks.get(node);
  }

  /** Where a node's log lies, as this machine sees it. */
  private Path logOf(int node) {
    return Path.of("/proc/" + nodes.get(node).pid() + "/root" + logs.get(node));
  }

  /** Leaves no room for a node's log. */
  void fillDisk(int node) {
    byte[] block = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(logOf(node).resolve(FILLED))) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Leaves room for a node's log again. */
  void clearDisk(int node) {
    try {
      Files.delete(logOf(node).resolve(FILLED));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Provider> startedProviders() {
    String name = "provider";
    Path certificate = certificates.certificate(name, "IP:" + Sites.HERE);
    Path key = certificates.key(name);
    PemKeyCertOptions pem =
        new PemKeyCertOptions().addCertPath(certificate.toString()).addKeyPath(key.toString());
    return List.of(
        new Browsers(Sites.HERE),
        new Androids(Sites.HERE, pem),
        new Iphones(Sites.HERE, certificate, key));
  }

  /** Who delivers pushes: to browsers, to Android, to iOS. */
  List<Provider> providers() {
    return providers;
  }

  /** Opens or closes the way that what one node sends takes to another. */
  void pass(int from, int to, boolean open) {
    sites.pass(SITES.get(from), SITES.get(to), open);
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

  private Coturn startedRelay(Map<String, String> like) {
    Map<String, String> settings = new HashMap<>(like);
    settings.put("TURN_STATIC_SECRET", RELAY_SECRET);
    return Coturn.start(settings, Coturn.Peers.AS_IN_PRODUCTION, sites.inHub());
  }

  /** Kills coturn. */
  void killRelay() {
    relay.kill9();
  }

  /** Starts coturn again where it was. */
  void startRelay() {
    relay.close();
    relay = startedRelay(relay.settings());
  }

  /** Where ICE servers are fetched. */
  URI iceFront() {
    return URI.create("http://127.0.0.1:" + iceFront.port());
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
    iceFront.close();
    nodes.forEach(SwitchboardProcess::resume);
    nodes.forEach(SwitchboardProcess::beginTermination);
    nodes.forEach(SwitchboardProcess::close);
    clocks.forEach(OwnClock::close);
    redis.close();
    redisClock.close();
    ways.forEach(Link::close);
    logs.forEach(TemporaryFolder::delete);
    postgres.close();
    relay.close();
    sites.close();
    providers.forEach(Provider::close);
    TemporaryFolder.delete(keys);
    Await.await(vertx.close());
  }
}
