package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.TestSettings;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RawSocket;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each limit of {@code docs/limits.md} is exceeded at a running server, and refuses as it says
 * there.
 */
class LimitsIT {
  private static final int MOST = 3;
  private static final int MOST_REQUESTS = 30;
  private static final String KEY = "a-key-of-the-teams-own-back-end-0123456789";
  private static final String KEY_SHA256 =
      "9d8890863d19c263ae7280260b0abeb89734a0eee393377541fd06e4e6efb1a2";
  private static final String POLLING = "/socket.io/?EIO=4&transport=polling";

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final AtomicInteger ADDRESSES = new AtomicInteger();
  private static Vertx vertx;
  private static Server server;

  @BeforeAll
  static void start() {
    Map<String, String> settings = new HashMap<>();
    for (String limit :
        new String[] {
          "ICE_PER_MINUTE",
          "ROOMS_PER_HOUR",
          "ACCEPT_PER_MINUTE",
          "RESERVE_PER_MINUTE",
          "SUBSCRIBE_PER_MINUTE",
          "TOKENS_PER_MINUTE",
          "CALLS_PER_MINUTE",
          "CHAT_BURST"
        }) {
      settings.put("RATE_" + limit, Integer.toString(MOST));
    }
    settings.put("RATE_EVENTS_PER_SECOND", "1");
    settings.put("RATE_EVENTS_BURST", "8");
    settings.put("RATE_CHAT_PER_SECOND", "1");
    settings.put("RATE_REQUESTS_PER_MINUTE", Integer.toString(MOST_REQUESTS));
    settings.put("RATE_CONNECTIONS_PER_MINUTE", Integer.toString(MOST));
    settings.put("TRUSTED_PROXIES", "127.0.0.0/8");
    settings.put("SECRETS_KEY", TestSettings.SECRETS_KEY);
    settings.put("API_KEYS", "backend:" + KEY_SHA256);
    settings.put("PORT", "0");
    RealRedis.flush();
    vertx = Vertx.vertx();
    server = Await.await(Server.start(Settings.of(TestSettings.with(settings))), 30);
  }

  @AfterAll
  static void stop() {
    CLIENT.close();
    Await.await(server.stop(), 30);
    Await.await(vertx.close());
  }

  /** One that no other test uses. */
  private static String newAddress() {
    return "198.51.100." + ADDRESSES.incrementAndGet();
  }

  private static String token(String query) {
    return Nodes.json(URI.create(server.address()), "/dev/token?" + query).getString("token");
  }

  private static HttpResponse<String> send(
      String address, String token, String method, String path, String body) {
    return sending(address, token, method, path, body).join();
  }

  private static CompletableFuture<HttpResponse<String>> sending(
      String address, String token, String method, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!address.isEmpty()) {
      request.header("X-Forwarded-For", address);
    }
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return CLIENT.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static void assertLimited(HttpResponse<String> answer, int windowSeconds) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
    assertThat(Integer.parseInt(answer.headers().firstValue("retry-after").orElse("0")))
        .isBetween(1, windowSeconds);
    assertThat(new JsonObject(answer.body()).getString("error")).isNotBlank();
  }

  // ---- requests

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|/ice-servers|''|60",
        "GET|/v1/calls/ice-servers|''|60",
        "POST|/api/rooms|{\"joinid\":\"%s\",\"client1\":\"ann\",\"expiresInSeconds\":60}|3600",
        "POST|/api/rooms/accept|{\"joinid\":\"none\",\"client2\":\"bob\"}|60",
        "POST|/api/reserve-session|{\"sessionId\":\"%s\",\"authKey\":\"K\"}|60",
        "POST|/api/v1/push/subscribe|{}|60"
      })
  void whatIsCountedByAddress(String method, String path, String body, int window) {
    String address = newAddress();
    for (int i = 0; i < MOST; i++) {
      assertThat(send(address, "", method, path, body.formatted(address + i)).statusCode())
          .isNotEqualTo(429);
    }
    assertLimited(send(address, "", method, path, body.formatted("more")), window);
    String other = newAddress();
    assertThat(send(other, "", method, path, body.formatted(other)).statusCode()).isNotEqualTo(429);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST|/v1/push/tokens|{\"type\":\"fcm\",\"token\":\"fcm-token-%d-of-a-device\"}|3",
        "POST|/v1/push/test|{\"title\":\"T\",\"body\":\"B\"}|3",
        "POST|/api/v1/push/test|{\"title\":\"T\",\"body\":\"B\"}|3",
        "PUT|/api/v1/users/USER/devices|[]|3",
        "POST|/api/v1/users/USER/test-ring|{}|6",
        "PUT|/v1/blocks/bob|{}|120",
        "DELETE|/v1/blocks/bob|''|120",
        "PUT|/v1/dnd|{\"seconds\":60}|120",
        "DELETE|/v1/dnd|''|120",
        "POST|/v1/push/receipts|{}|600"
      })
  void whatIsCountedByUser(String method, String path, String body, int most) {
    String user = "user" + ADDRESSES.incrementAndGet();
    String token = token("userId=" + user);
    String at = path.replace("USER", user);
    // Several at a time, or a minute is over before there were as many.
    for (int begin = 0; begin < most; begin += 10) {
      assertThat(
              IntStream.range(begin, Math.min(most, begin + 10))
                  .mapToObj(i -> sending("", token, method, at, body.formatted(i)))
                  .toList())
          .allSatisfy(answer -> assertThat(answer.join().statusCode()).isNotEqualTo(429));
    }
    assertLimited(send("", token, method, at, body.formatted(most)), 60);
  }

  @Test
  void ringsOnBehalfAreCountedByCaller() {
    String operator = token("admin=true&userId=operator");
    for (int i = 0; i < MOST; i++) {
      assertThat(ring(operator, i).statusCode()).isNotEqualTo(429);
    }
    assertLimited(ring(operator, MOST), 60);
  }

  private static HttpResponse<String> ring(String token, int request) {
    JsonObject body =
        new JsonObject()
            .put("callerId", "carl")
            .put("calleeId", "nobody")
            .put("callType", "audio")
            .put("requestId", "request-" + request);
    return send("", token, "POST", "/api/v1/calls", body.encode());
  }

  /** Whatever has no limit of its own. */
  @ParameterizedTest
  @ValueSource(
      strings = {"/ping", "/api/rooms?roomid=none", "/nothing", "/health", "/api/v1/calls", "/"})
  void allRequestsOfAnAddressAreCounted(String path) {
    String address = newAddress();
    for (int i = 0; i < MOST_REQUESTS; i++) {
      assertThat(send(address, "", "GET", path, "").statusCode()).isNotEqualTo(429);
    }
    assertLimited(send(address, "", "GET", path, ""), 60);
    assertThat(send(newAddress(), "", "GET", path, "").statusCode()).isNotEqualTo(429);
    assertThat(metrics()).contains("switchboard_rate_limited_total{limit=\"requests\"}");
  }

  private static String metrics() {
    return send("", "", "GET", "/metrics", "").body();
  }

  @Test
  void aTeamsOwnBackEndIsNotCounted() {
    String address = newAddress();
    for (int i = 0; i <= MOST_REQUESTS; i++) {
      assertThat(send(address, KEY, "GET", "/api/v1/live/calls", "").statusCode()).isEqualTo(200);
    }
    assertThat(send(address, "not a key", "GET", "/ping", "").statusCode()).isEqualTo(200);
  }

  @Test
  void aPrivateAddressIsAProxyAndNotCounted() {
    for (String address : new String[] {"10.1.2.3", "192.168.1.1", "fd00::1", "127.0.0.9", "::1"}) {
      for (int i = 0; i <= MOST_REQUESTS; i++) {
        assertThat(send(address, "", "GET", "/ping", "").statusCode()).as(address).isEqualTo(200);
      }
    }
  }

  @Test
  void theAddressesOfOneIpv6NetworkCountTogether() {
    for (int i = 0; i < MOST_REQUESTS; i++) {
      assertThat(send("2a01:4f8:0:1::" + i, "", "GET", "/ping", "").statusCode()).isEqualTo(200);
    }
    assertLimited(send("2a01:4f8:0:1:9::9", "", "GET", "/ping", ""), 60);
    assertThat(send("2a01:4f8:0:2::1", "", "GET", "/ping", "").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "&sid=", "&SID=x&sid=", "&sid=&sid=x", "&t=sid=x"})
  void newSessionsOfAnAddressAreCountedAndTheirPollsAreNot(String more) {
    String address = newAddress();
    String sid = "";
    for (int i = 0; i < MOST; i++) {
      HttpResponse<String> opened = send(address, "", "GET", POLLING + more, "");
      assertThat(opened.statusCode()).isEqualTo(200);
      sid = new JsonObject(opened.body().substring(1)).getString("sid");
    }
    assertLimited(send(address, "", "GET", POLLING + more, ""), 60);
    assertThat(send(address, "", "POST", POLLING + "&sid=" + sid, "40").statusCode())
        .isEqualTo(200);
    assertThat(send(newAddress(), "", "GET", POLLING, "").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/socket.io/?EIO=4&transport=websocket", "/ws", "/?sid=x"})
  void newWebSocketsOfAnAddressAreCounted(String path) {
    String address = newAddress();
    try (RawSocket one = new RawSocket(vertx);
        RawSocket two = new RawSocket(vertx);
        RawSocket three = new RawSocket(vertx)) {
      for (RawSocket socket : new RawSocket[] {one, two, three}) {
        Await.await(socket.connect(from(address, path)));
      }
      RawSocket more = new RawSocket(vertx); // never open, so there is nothing to close
      assertThat(Await.failure(more.connect(from(address, path))))
          .isInstanceOfSatisfying(
              UpgradeRejectedException.class,
              refused -> {
                assertThat(refused.getStatus()).isEqualTo(429);
                assertThat(refused.getHeaders().get("retry-after")).isNotBlank();
              });
    }
  }

  private static WebSocketConnectOptions from(String address, String path) {
    return RawSocket.to(server.address(), path).putHeader("X-Forwarded-For", address);
  }

  // ---- events

  /** A socket of a user, which has registered. */
  private static RawSocket phone(String user) {
    RawSocket socket = new RawSocket(vertx);
    Await.await(socket.connect(RawSocket.toEngineIo(server.address(), "")));
    socket.next("0{");
    socket.send("40{\"token\":\"" + token("userId=" + user) + "\"}");
    socket.next("40{");
    socket.send("421[\"register\",{\"userId\":\"" + user + "\",\"deviceId\":\"phone\"}]");
    awaitText(socket, "431[");
    return socket;
  }

  private static String awaitText(RawSocket socket, String beginning) {
    String text = socket.next();
    while (!text.startsWith(beginning)) {
      assertThat(text).isNotEqualTo(RawSocket.CLOSED);
      text = socket.next();
    }
    return text;
  }

  @Test
  void allEventsOfASocketAreCountedAndAFloodEndsIt() {
    try (RawSocket socket = phone("flora")) {
      for (int i = 10; i < 25; i++) {
        socket.send("42" + i + "[\"ping\",{}]");
      }
      assertThat(awaitText(socket, "4310[")).doesNotContain("E429");
      assertThat(awaitText(socket, "4324[")).contains("\"E429\"").contains("retryAfterMs");
      for (int i = 0; i < 20; i++) {
        socket.send("42[\"ice_candidate\",{}]");
      }
      awaitClosed(socket);
    }
  }

  private static void awaitClosed(RawSocket socket) {
    String text = socket.next();
    while (!text.equals(RawSocket.CLOSED) && !text.equals("41")) {
      text = socket.next();
    }
  }

  @Test
  void callsOfAUserAreCountedOverTheirSockets() {
    try (RawSocket one = phone("dora");
        RawSocket two = phone("dora")) {
      String call = "[\"call_initiate\",{\"calleeId\":\"nobody\",\"callType\":\"audio\"}]";
      for (int i = 10; i < 10 + MOST; i++) {
        two.send("42" + i + call);
        assertThat(awaitText(two, "43" + i)).doesNotContain("E429");
      }
      two.send("4299" + call);
      assertThat(awaitText(two, "4399")).contains("\"E429\"").contains("retryAfterMs");
      assertThat(one.webSocket().isClosed()).isFalse();
    }
  }

  @Test
  void messagesOfAChatAreCounted() {
    try (RawSocket socket = phone("gerd")) {
      // At once, and fewer than events of all kinds may be.
      for (int i = 0; i < 2 * MOST; i++) {
        socket.send("421" + i + "[\"send-message\",{}]");
      }
      assertThat(awaitText(socket, "431" + (2 * MOST - 1))).contains("RATE_LIMITED");
      assertThat(metrics()).contains("switchboard_rate_limited_total{limit=\"chat\"}");
    }
  }

  @Test
  void messagesOfARoomsSocketAreCountedAndAFloodEndsIt() {
    try (RawSocket socket = new RawSocket(vertx)) {
      Await.await(socket.connect(RawSocket.to(server.address(), "/ws")));
      for (int i = 0; i < 10; i++) {
        socket.send("{\"type\":\"ping\"}");
      }
      String text = socket.next();
      while (!text.contains("\"E429\"")) {
        text = socket.next();
      }
      assertThat(text).contains("\"type\":\"error\"").contains("retryAfterMs");
      for (int i = 0; i < 20; i++) {
        socket.send("{\"type\":\"ping\"}");
      }
      awaitClosed(socket);
    }
  }
}
