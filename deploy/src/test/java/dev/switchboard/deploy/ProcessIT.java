package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import dev.switchboard.deploy.testing.TestSettings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a process starts, refuses to start and ends, as its operator sees it. */
class ProcessIT {
  private static final int BAD_SETTING = 2;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static Map<String, String> withStores(String... more) {
    Map<String, String> settings =
        TestSettings.with(Map.of("SECRETS_KEY", TestSettings.SECRETS_KEY));
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return settings;
  }

  private static JsonObject get(SwitchboardProcess server, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(server.url().resolve(path)).timeout(Duration.ofSeconds(20)).build();
    return new JsonObject(
        CLIENT.sendAsync(request, HttpResponse.BodyHandlers.ofString()).join().body());
  }

  private static void assertRefused(SwitchboardProcess.Ended ended, String name) {
    assertThat(ended.lines()).singleElement().asString().startsWith(name + ": ");
    assertThat(ended.code()).isEqualTo(BAD_SETTING);
  }

  @ParameterizedTest
  @CsvSource({
    "PORT,x",
    "PORT,70000",
    "'ROLES','signaling,chef'",
    "'ROLES',','",
    "SECRETS_KEY,c2hvcnQ=",
    "LOG_LEVEL,loud",
    "LOG_DIR,/proc/nowhere",
    "APP_ENV,staging",
    "TLS_CERT_PATH,/nowhere/cert.pem",
    "CALL_RING_TIMEOUT,soon",
    "TIMELINE_TTL,long",
    "CONFIG_FILE,/nowhere/settings.yaml",
    "TURN_TLS_ENABLED,maybe"
  })
  void badSettingStopsTheStartWithOneLineThatNamesIt(String name, String value) {
    assertRefused(SwitchboardProcess.startInVain(withStores(name, value)), name);
  }

  @ParameterizedTest
  @CsvSource({"APP_ENV", "NODE_ENV"})
  void productionSuppliesNothing(String name) {
    SwitchboardProcess.Ended ended =
        SwitchboardProcess.startInVain(
            Map.of(name, "production", "CORS_ORIGIN", "https://app.example"));
    assertRefused(ended, "REDIS_URL");
  }

  @ParameterizedTest
  @CsvSource({"PORT", "METRICS_PORT"})
  void portInUseIsOneLine(String name) throws IOException {
    try (ServerSocket taken =
        new ServerSocket(RealRedis.freePort(), 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      SwitchboardProcess.Ended ended = SwitchboardProcess.startInVain(withStores(name, port));
      assertRefused(ended, name);
      assertThat(ended.lines().getFirst()).contains(port);
    }
  }

  @ParameterizedTest
  @CsvSource({"CLUSTER_PORT,CLUSTER_BUS_PORT", "CLUSTER_BUS_PORT,CLUSTER_PORT"})
  void memberPortInUseIsOneLine(String taken, String free) throws IOException {
    try (ServerSocket other =
        new ServerSocket(RealRedis.freePort(), 1, InetAddress.getLoopbackAddress())) {
      Map<String, String> settings = withStores("CLUSTER", "on");
      settings.put(taken, Integer.toString(other.getLocalPort()));
      settings.put(free, Integer.toString(RealRedis.freePort()));
      assertRefused(SwitchboardProcess.startInVain(settings), taken);
    }
  }

  @Test
  void membersAndTheBusNeedTwoPorts() {
    Map<String, String> settings = withStores("CLUSTER", "on");
    settings.put("CLUSTER_BUS_PORT", "5701");
    assertRefused(SwitchboardProcess.startInVain(settings), "CLUSTER_BUS_PORT");
  }

  @ParameterizedTest
  @CsvSource({
    "development,postgres:postgres@,nobody:hunter2@,nobody",
    "production,postgres:postgres@,nobody:hunter2@,nobody",
    "development,/test_,/nowhere_,does not exist"
  })
  void databaseThatRefusesIsOneLineWithItsReason(
      String environment, String right, String wrong, String reason) {
    Map<String, String> settings = withStores("APP_ENV", environment);
    settings.put("CORS_ORIGIN", "https://app.example");
    settings.computeIfPresent("DATABASE_URL", (name, url) -> url.replace(right, wrong));
    SwitchboardProcess.Ended ended = SwitchboardProcess.startInVain(settings);
    assertRefused(ended, "DATABASE_URL");
    assertThat(ended.lines().getFirst()).contains(reason).doesNotContain("hunter2");
  }

  @ParameterizedTest
  @CsvSource({"warn", "error"})
  void readyIsToldAtEveryLogLevel(String level) {
    Map<String, String> settings = withStores("APP_ENV", "production", "LOG_LEVEL", level);
    settings.put("CORS_ORIGIN", "https://app.example");
    settings.put("PUSH_PROVIDERS", "webpush");
    settings.put("VAPID_SUBJECT", "mailto:push@app.example");
    try (var server = SwitchboardProcess.start(settings)) {
      // The line follows the state that it tells of.
      Await.until(() -> server.log().contains("is ready"));
      assertThat(server.log().lines().map(JsonObject::new))
          .singleElement()
          .extracting(line -> line.getString("address"))
          .isEqualTo("http://127.0.0.1:" + server.url().getPort());
    }
  }

  @Test
  void everyRoleThatIsWantedRuns() {
    try (var all = SwitchboardProcess.start(withStores());
        var ice = SwitchboardProcess.start(withStores("ROLES", "ice"))) {
      assertThat(get(all, "/health").getJsonArray("roles"))
          .containsExactlyInAnyOrder("signaling", "rooms", "ice", "push");
      assertThat(get(ice, "/health").getJsonArray("roles")).containsExactly("ice");
    }
  }

  @Test
  void readinessFallsWithoutRedisWhereARoleNeedsIt() {
    try (var others = SwitchboardProcess.start(withStores("ROLES", "ice,rooms"));
        var signaling = SwitchboardProcess.start(withStores("ROLES", "ice,signaling"))) {
      RealRedis.stop();
      try {
        Await.until(() -> Nodes.status(signaling.url(), "/health/ready") == 503, 30);
        Await.until(() -> get(others, "/health").getString("redis").equals("disconnected"), 30);
        assertThat(Nodes.status(others.url(), "/health/ready")).isEqualTo(200);
        assertThat(Nodes.status(others.url(), "/ice-servers?userId=ann")).isEqualTo(200);
      } finally {
        RealRedis.start();
      }
      Await.until(() -> Nodes.status(signaling.url(), "/health/ready") == 200, 30);
    }
  }

  @Test
  void redisOfTheChatIsLookedAtToo() {
    Map<String, String> settings = withStores("CHAT_REDIS_URL", RealRedis.url());
    settings.put("REDIS_URL", RealRedis.url());
    RealRedis.configure("appendonly", "no");
    try (var warned = SwitchboardProcess.start(settings)) {
      assertThat(warned.log()).contains("REDIS_URL: the Redis it names may lose data");
      assertThat(warned.log()).contains("CHAT_REDIS_URL: the Redis it names may lose data");
    } finally {
      RealRedis.configure("appendonly", "yes");
    }
  }

  @Test
  void trustInGuestsIsWarnedOfAtEveryStart() {
    try (var trusting = SwitchboardProcess.start(withStores("CALL_AUTH", "trust"));
        var careful = SwitchboardProcess.start(withStores())) {
      assertThat(trusting.log()).contains("CALL_AUTH is trust");
      assertThat(careful.log()).doesNotContain("CALL_AUTH");
    }
  }

  /** A Socket.IO client that does nothing by itself, and what it hears. */
  private static final class Line implements WebSocket.Listener {
    final LinkedBlockingQueue<String> packets = new LinkedBlockingQueue<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder part = new StringBuilder();

    static Line connect(SwitchboardProcess server) throws Exception {
      Line line = new Line();
      String url =
          server.url().toString().replace("http:", "ws:") + "/socket.io/?EIO=4&transport=websocket";
      WebSocket socket =
          CLIENT.newWebSocketBuilder().buildAsync(URI.create(url), line).get(20, TimeUnit.SECONDS);
      socket.sendText("40", true).get(20, TimeUnit.SECONDS);
      line.expect("0{");
      line.expect("40{");
      return line;
    }

    private void expect(String start) throws InterruptedException {
      assertThat(packets.poll(20, TimeUnit.SECONDS)).startsWith(start);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      part.append(data);
      if (last) {
        packets.add(part.toString());
        part.setLength(0);
      }
      socket.request(1);
      return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.complete(code);
      return CompletableFuture.completedStage(null);
    }
  }

  @Test
  void termClosesTransportsSoThatClientsComeBackAndEndsWithSuccess() throws Exception {
    var server = SwitchboardProcess.start(withStores());
    try (server) {
      List<Line> lines = List.of(Line.connect(server), Line.connect(server), Line.connect(server));
      server.terminate();
      for (Line line : lines) {
        assertThat(line.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1012);
        assertThat(line.packets).noneMatch(packet -> packet.startsWith("41"));
      }
      assertThat(server.exitCode()).isZero();
    }
  }

  @Test
  void developmentServersLiveSideBySideAndLeaveNothingBehind(@TempDir Path folder)
      throws IOException {
    Path data = folder.resolve("data");
    Map<String, String> settings = Map.of("HOST", "127.0.0.1", "DATA_DIR", data.toString());
    var one = SwitchboardProcess.start(settings);
    try (var other = SwitchboardProcess.start(Map.of("HOST", "127.0.0.1"))) {
      for (var server : List.of(one, other)) {
        JsonObject health = get(server, "/health");
        assertThat(health.getString("redis")).isEqualTo("connected");
        assertThat(health.getString("postgres")).isEqualTo("connected");
        assertThat(get(server, "/dev/token?userId=ann").getString("token")).isNotEmpty();
      }
      var third = SwitchboardProcess.startInVain(settings);
      assertRefused(third, "DATA_DIR");

      String secret = Files.readString(data.resolve("jwt-secret"));
      one.kill9();
      one.restart();
      assertThat(get(one, "/health").getString("postgres")).isEqualTo("connected");
      assertThat(data.resolve("jwt-secret")).hasContent(secret);
    } finally {
      one.close();
    }
    assertThat(one.exitCode()).isZero();
    Await.until(() -> ProcessHandle.allProcesses().noneMatch(process -> worksIn(process, folder)));
  }

  @Test
  void developmentServersOfOneClusterHonourEachOthersTokens() throws Exception {
    Map<String, String> settings =
        Map.of(
            "HOST", "127.0.0.1",
            "CLUSTER", "on",
            "CLUSTER_NAME", "development",
            "REDIS_URL", RealRedis.url(),
            "DATABASE_URL", RealPostgres.emptyDatabase());
    try (var one = SwitchboardProcess.launch(settings);
        var other = SwitchboardProcess.launch(settings)) {
      one.awaitReady();
      other.awaitReady();
      String token = get(one, "/dev/token?userId=root&admin=true").getString("token");
      HttpRequest sessions =
          HttpRequest.newBuilder(other.url().resolve("/sessions"))
              .header("Authorization", "Bearer " + token)
              .build();
      assertThat(CLIENT.send(sessions, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
      assertThat(get(one, "/health").getString("webpush"))
          .isEqualTo(get(other, "/health").getString("webpush"));
    }
  }

  private static boolean worksIn(ProcessHandle process, Path folder) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
          .startsWith(folder);
    } catch (IOException e) {
      return false;
    }
  }
}
