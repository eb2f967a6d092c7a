package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.SwitchboardProcess;
import dev.switchboard.shared.auth.JwtSettings;
import dev.switchboard.shared.auth.TokenIssuer;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Socket;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.json.JSONObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process as it runs for real: what it says of itself, what it keeps to itself. */
class ProductionIT {
  private static final String SECRET = "jwt-secret-that-nobody-may-read-anywhere";
  private static final String KEY = "c2VjcmV0cy1rZXktdGhhdC1ub2JvZHktbWF5LXJlYWQ=";
  private static final String TURN_SECRET = "turn-secret-that-nobody-may-read";
  private static final String FCM = "fcm-token-0123456789abcdefghijklmnopqrstuvwxyz";
  private static final String SDP = "v=0 o=an-sdp-that-nobody-may-read";
  private static final String CANDIDATE = "candidate:that-nobody-may-read";

  /** The names that the contract gives to what one call moves. */
  private static final List<String> METRICS =
      List.of(
          "switchboard_sockets{transport=\"websocket\"}",
          "switchboard_registered_users",
          "switchboard_calls{state=\"ringing\"}",
          "switchboard_call_setup_seconds_bucket{stage=\"incoming\"",
          "switchboard_call_setup_seconds_bucket{stage=\"accepted\"",
          "switchboard_events_relayed_total{event=\"sdp_offer\",scope=\"local\"}",
          "switchboard_bus_request_seconds",
          "switchboard_redis_command_seconds",
          "switchboard_calls_ended_total{reason=\"hangup\"}",
          "switchboard_call_duration_seconds_count",
          "switchboard_ice_connections_total{path=\"host\",result=\"connected\"}",
          "switchboard_call_rtt_seconds_bucket{path=\"host\"",
          "switchboard_call_jitter_seconds_bucket{path=\"srflx\"",
          "switchboard_call_loss_ratio_bucket{path=\"relay\"",
          "switchboard_turn_up{url=",
          "switchboard_edge_repairs_total",
          "switchboard_http_requests_seconds",
          "jvm_memory_used_bytes");

  private static Map<String, String> settings(Path logs) {
    return Map.ofEntries(
        Map.entry("APP_ENV", "production"),
        Map.entry("HOST", "127.0.0.1"),
        Map.entry("DEBUG", "true"),
        Map.entry("LOG_DIR", logs.toString()),
        Map.entry("DEMO", "on"),
        Map.entry("REDIS_URL", RealRedis.url()),
        Map.entry("DATABASE_URL", RealPostgres.newDatabase()),
        Map.entry("JWT_SECRET", SECRET),
        Map.entry("SECRETS_KEY", KEY),
        Map.entry("TURN_SERVER_URL", "turn:127.0.0.1:3470"),
        Map.entry("TURN_STATIC_SECRET", TURN_SECRET),
        Map.entry("CORS_ORIGIN", "https://app.example"));
  }

  private static String token(String userId) {
    Vertx vertx = Vertx.vertx();
    try {
      JwtSettings jwt = JwtSettings.from(Settings.of(Map.of("JWT_SECRET", SECRET)));
      return new TokenIssuer(vertx, jwt, InstantSource.system())
          .issue(userId, false, Duration.ofHours(1));
    } finally {
      Await.await(vertx.close());
    }
  }

  private static Socket connect(SwitchboardProcess server, String token) throws Exception {
    IO.Options options = new IO.Options();
    options.forceNew = true;
    options.reconnection = false;
    options.auth = Map.of("token", token);
    Socket socket = IO.socket(server.url(), options);
    CompletableFuture<Object> connected = new CompletableFuture<>();
    socket.on(Socket.EVENT_CONNECT, args -> connected.complete(true));
    socket.on(Socket.EVENT_CONNECT_ERROR, args -> connected.complete(false));
    socket.connect();
    connected.get(20, TimeUnit.SECONDS);
    return socket;
  }

  private static JsonObject ask(Socket socket, String event, JsonObject payload) throws Exception {
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    socket.emit(
        event,
        new Object[] {new JSONObject(payload.encode())},
        (Ack) args -> answer.complete(new JsonObject(args[0].toString())));
    return answer.get(20, TimeUnit.SECONDS);
  }

  private static HttpResponse<String> get(SwitchboardProcess server, String path) {
    HttpRequest request = HttpRequest.newBuilder(server.url().resolve(path)).build();
    return HttpClient.newHttpClient()
        .sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .join();
  }

  private static int status(SwitchboardProcess server, String path) {
    return get(server, path).statusCode();
  }

  private static List<String> aWholeCall(SwitchboardProcess server) throws Exception {
    String ofAnn = token("ann");
    String ofBob = token("bob");
    Socket ann = connect(server, ofAnn);
    Socket bob = connect(server, ofBob);
    JsonObject who = new JsonObject().put("deviceId", "phone").put("fcmToken", FCM);
    ask(ann, "register", who.copy().put("userId", "ann"));
    ask(bob, "register", who.copy().put("userId", "bob"));
    JsonObject call = new JsonObject().put("calleeId", "bob").put("callType", "audio");
    JsonObject of = new JsonObject();
    of.put("callId", ask(ann, "call_initiate", call).getString("callId"));
    ask(bob, "call_accept", of);
    JsonObject toBob = of.copy().put("to", "bob");
    assertThat(ask(ann, "sdp_offer", toBob.copy().put("sdp", SDP)).getBoolean("success")).isTrue();
    ask(ann, "ice_candidate", toBob.copy().put("candidate", CANDIDATE));
    ask(ann, "sdp_offer", toBob.copy().put("sdp", 7).put("callId", SDP));
    ask(ann, "register", new JsonObject().put("userId", 7).put("fcmToken", FCM));
    JsonObject state = of.copy().put("state", "connected").put("localType", "host");
    ask(ann, "connection_state", state.put("remoteType", "host"));
    ask(bob, "call_end", of);
    connect(server, ofAnn + "x").disconnect();
    ann.disconnect();
    bob.disconnect();
    List<String> secrets = new ArrayList<>(List.of(ofAnn, ofBob, FCM, SDP, CANDIDATE));
    secrets.addAll(List.of(SECRET, KEY, TURN_SECRET));
    JsonObject ice = new JsonObject(get(server, "/ice-servers?userId=ann").body());
    secrets.add(ice.getJsonArray("iceServers").getJsonObject(1).getString("credential"));
    return secrets;
  }

  @Test
  void nothingSecretIsLoggedAndEveryLineIsJson(@TempDir Path logs) throws Exception {
    List<String> secrets;
    try (var server = SwitchboardProcess.start(settings(logs))) {
      secrets = aWholeCall(server);
      assertThat(get(server, "/metrics").body()).contains(METRICS);
      assertThat(status(server, "/")).isEqualTo(200);
      assertThat(status(server, "/socket.io/socket.io.js")).isEqualTo(200);
      assertThat(status(server, "/dev/token?userId=ann")).isEqualTo(404);
      assertThat(status(server, "/dev/users")).isEqualTo(404);
    }
    String log = Files.readString(logs.resolve("combined.log"));
    assertThat(log).isNotEmpty().doesNotContain(secrets);
    assertThat(Files.readAllLines(logs.resolve("error.log")))
        .allMatch(line -> new JsonObject(line).getString("level").equals("error"));
    List<JsonObject> lines = log.lines().map(JsonObject::new).toList();
    assertThat(lines).anyMatch(line -> line.containsKey("address"));
    assertThat(lines.stream().filter(line -> line.containsKey("callId")))
        .allMatch(line -> line.getString("correlationId").equals(line.getString("callId")))
        .extracting(line -> line.getString("message"))
        .contains("call ringing", "call accepted", "call ended");
    assertThat(lines)
        .allMatch(
            line -> line.fieldNames().containsAll(Set.of("level", "message", "correlationId")));
    assertThat(lines)
        .filteredOn(line -> line.containsKey("requestId"))
        .extracting(line -> line.getString("message"))
        .anyMatch(message -> message.startsWith("GET /metrics 200"));
  }

  @Test
  void requestKeepsTheIdThatAProxyGaveIt(@TempDir Path logs) throws Exception {
    try (var server = SwitchboardProcess.start(settings(logs))) {
      URI ping = URI.create(server.url() + "/ping");
      HttpRequest given = HttpRequest.newBuilder(ping).header("X-Request-Id", "proxy-7").build();
      HttpRequest unfit = HttpRequest.newBuilder(ping).header("X-Request-Id", "a b").build();
      assertThat(requestId(given)).isEqualTo("proxy-7");
      assertThat(requestId(unfit)).matches("[0-9a-f]{16}");
    }
    String log = Files.readString(logs.resolve("combined.log"));
    assertThat(log.lines().map(JsonObject::new))
        .anyMatch(line -> "proxy-7".equals(line.getString("correlationId")));
  }

  private static String requestId(HttpRequest request) throws Exception {
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .headers()
        .firstValue("X-Request-Id")
        .orElseThrow();
  }

  @Test
  void shortSecretIsRefused(@TempDir Path logs) throws IOException {
    Map<String, String> settings = new HashMap<>(settings(logs));
    settings.put("JWT_SECRET", "short");
    SwitchboardProcess.Ended ended = SwitchboardProcess.startInVain(settings);
    assertThat(ended.lines()).singleElement().asString().startsWith("JWT_SECRET: ");
    assertThat(ended.code()).isEqualTo(2);
  }
}
