package dev.switchboard.deploy.testing;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Several processes of the packaged server with roles of choice, one cluster on one Redis and one
 * Postgres. Small and quick to start, since a test machine has few cores.
 */
public final class Nodes implements AutoCloseable {
  private static final String SMALL = "-Xmx160m";
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private final Map<String, String> common;
  private final List<String> members = new ArrayList<>();
  private final List<Socket> reserved = new ArrayList<>();
  private final List<SwitchboardProcess> nodes = new ArrayList<>();
  private final List<URI> managements = new ArrayList<>();
  private final List<StockClient> clients = new ArrayList<>();

  private Nodes(Map<String, String> settings, int most) {
    IntStream.range(0, most).forEach(i -> reserve());
    Map<String, String> own = new HashMap<>();
    own.put("JAVA_OPTS", SMALL);
    own.put("EDGES", "2");
    own.put("SECRETS_KEY", TestSettings.SECRETS_KEY);
    own.put("CLUSTER", "on");
    own.put("CLUSTER_MEMBERS", String.join(",", members));
    own.putAll(settings);
    common = TestSettings.with(own);
  }

  /**
   * Adds an address at which a process may start. Until then it refuses connections: for another
   * test that listened there and said nothing each start would wait.
   */
  private void reserve() {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), RealRedis.freePort());
    try {
      Socket held = new Socket();
      held.bind(address);
      reserved.add(held);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    members.add("127.0.0.1:" + address.getPort());
  }

  private static void free(Socket held) {
    try {
      held.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts one process for each of {@code roles}, all at once; returns when they are one cluster.
   */
  public static Nodes start(Map<String, String> settings, String... roles) {
    Nodes nodes = new Nodes(settings, roles.length + 2);
    try {
      for (String role : roles) {
        nodes.launch(role);
      }
      nodes.nodes.forEach(SwitchboardProcess::awaitReady);
      Await.until(() -> nodes.allSee(roles.length), 30);
    } catch (RuntimeException | AssertionError e) {
      nodes.nodes.forEach(SwitchboardProcess::kill9);
      nodes.reserved.forEach(Nodes::free);
      throw e;
    }
    return nodes;
  }

  private SwitchboardProcess launch(String roles, String... launcher) {
    Map<String, String> settings = new HashMap<>(common);
    settings.put("ROLES", roles);
    settings.put("CLUSTER_PORT", members.get(nodes.size()).split(":")[1]);
    free(reserved.get(nodes.size()));
    if (settings.containsKey("ADMIN")) {
      int port = RealRedis.freePort();
      settings.put("METRICS_PORT", Integer.toString(port));
      managements.add(URI.create("http://localhost:" + port));
    }
    SwitchboardProcess node = SwitchboardProcess.launch(settings, "localhost", List.of(launcher));
    nodes.add(node);
    return node;
  }

  /**
   * Adds a process to the running cluster and returns when it is ready.
   *
   * @param launcher the words before its program, if any
   */
  public SwitchboardProcess join(String roles, String... launcher) {
    SwitchboardProcess node = launch(roles, launcher);
    node.awaitReady();
    return node;
  }

  /** True if every living node counts so many members. */
  public boolean allSee(int members) {
    return nodes.stream()
        .filter(SwitchboardProcess::isAlive)
        .allMatch(
            node ->
                json(node.url(), "/health").getJsonObject("cluster").getInteger("nodes")
                    == members);
  }

  public SwitchboardProcess node(int index) {
    return nodes.get(index);
  }

  /** Where a node answers operators, each on a port of its own; with {@code ADMIN} only. */
  public URI management(int index) {
    return managements.get(index);
  }

  /** Where each node answers. */
  public List<URI> urls() {
    return nodes.stream().map(SwitchboardProcess::url).toList();
  }

  /** A token that every node takes. */
  public String token(String userId) {
    return nodes.stream()
        .filter(SwitchboardProcess::isAlive)
        .map(node -> json(node.url(), "/dev/token?admin=true&userId=" + userId))
        .map(issued -> issued.getString("token"))
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow();
  }

  /**
   * A client that has registered its user and device there, and does so each time it comes back.
   */
  public StockClient client(URI url, String userId, String deviceId, String... transports) {
    StockClient client = new StockClient(url, token(userId), userId, deviceId, transports);
    clients.add(client);
    return client.connect();
  }

  /** A client on one node by WebSocket. */
  public StockClient client(int node, String userId, String deviceId) {
    return client(node(node).url(), userId, deviceId, "websocket");
  }

  /** Closes every client there is. */
  public void hangUp() {
    clients.forEach(StockClient::close);
    clients.clear();
  }

  /** The body that a GET answers. */
  public static String text(URI url, String path) {
    return send(HttpRequest.newBuilder(url.resolve(path))).body();
  }

  /** The JSON that a GET answers; empty if nothing answers. */
  public static JsonObject json(URI url, String path) {
    try {
      return new JsonObject(send(HttpRequest.newBuilder(url.resolve(path))).body());
    } catch (UncheckedIOException e) {
      return new JsonObject().put("cluster", new JsonObject().put("nodes", 0));
    }
  }

  /** The status that a GET answers; 0 if nothing answers. */
  public static int status(URI url, String path) {
    try {
      return send(HttpRequest.newBuilder(url.resolve(path))).statusCode();
    } catch (UncheckedIOException e) {
      return 0;
    }
  }

  /** Sends a request; throws {@link UncheckedIOException} if nothing answers within 10 s. */
  public static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(
          request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    hangUp();
    nodes.forEach(SwitchboardProcess::resume);
    nodes.forEach(SwitchboardProcess::beginTermination);
    nodes.forEach(SwitchboardProcess::close);
    reserved.forEach(Nodes::free);
  }
}
