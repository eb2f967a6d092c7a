package dev.switchboard.signaling.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.signaling.socketio.conformance.ConformanceServer;
import dev.switchboard.signaling.socketio.conformance.ConformanceServer.Patience;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no official client would send. */
class RawClientIT {
  /** Pings often, but gives no client up that a slow machine holds up. */
  private static final Patience PATIENT = new Patience(300, 20_000, 20_000);

  private static final Vertx vertx = Vertx.vertx();
  private static int port;
  private static HttpClient http;
  // Held: a client that nobody refers to closes its connections.
  private static WebSocketClient webSockets;

  record Answer(int status, String body, MultiMap headers) {}

  @BeforeAll
  static void start() throws Exception {
    port = RealRedis.freePort();
    ConformanceServer.deploy(vertx, "127.0.0.1", port, 2, PATIENT).await(10, SECONDS);
    http = vertx.createHttpClient();
    webSockets =
        vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxConnections(1000).setClosingTimeout(1));
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(10, SECONDS);
  }

  private static Future<Answer> send(
      HttpMethod method, String query, Buffer body, String... headers) {
    // On an event loop throughout: from outside the body could be missed.
    return Future.future(
        done ->
            vertx.runOnContext(
                _ ->
                    http.request(method, port, "127.0.0.1", "/socket.io/?" + query)
                        .compose(request -> answer(request, body, headers))
                        .onComplete(done)));
  }

  private static Future<Answer> answer(HttpClientRequest request, Buffer body, String... headers) {
    for (int i = 0; i < headers.length; i += 2) {
      request.putHeader(headers[i], headers[i + 1]);
    }
    return request
        .send(body)
        .compose(
            response ->
                response
                    .body()
                    .map(b -> new Answer(response.statusCode(), b.toString(), response.headers())));
  }

  private static Answer get(String query, String... headers) throws Exception {
    return send(HttpMethod.GET, query, Buffer.buffer(), headers).await(20, SECONDS);
  }

  private static Answer post(String sid, Buffer body) throws Exception {
    return send(HttpMethod.POST, poll(sid), body).await(20, SECONDS);
  }

  private static String poll(String sid) {
    return "EIO=4&transport=polling&sid=" + sid;
  }

  private static String openPolling() throws Exception {
    return new JsonObject(get("EIO=4&transport=polling").body().substring(1)).getString("sid");
  }

  /** A WebSocket with its packets, pings left out. */
  private static final class Raw {
    private final LinkedBlockingQueue<Object> packets = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final WebSocket socket;

    Raw(String query) throws Exception {
      this(port, query);
    }

    Raw(int port, String query) throws Exception {
      // Its handlers are set before it connects: what comes at once must not be missed.
      ClientWebSocket opening = webSockets.webSocket();
      opening.textMessageHandler(
          text -> {
            if (text.equals("2")) {
              opening.writeTextMessage("3");
            } else {
              packets.add(text);
            }
          });
      opening.binaryMessageHandler(packets::add);
      opening.closeHandler(_ -> closed.complete(null));
      socket =
          opening
              .connect(
                  new WebSocketConnectOptions()
                      .setPort(port)
                      .setHost("127.0.0.1")
                      .setURI("/socket.io/?EIO=4&transport=websocket" + query))
              .await(20, SECONDS);
    }

    static Raw connected() throws Exception {
      Raw raw = new Raw("");
      assertThat(raw.next()).asString().startsWith("0{");
      raw.send("40");
      assertThat(raw.next()).asString().startsWith("40{");
      assertThat(raw.next()).isEqualTo("42[\"auth\",{}]");
      return raw;
    }

    void send(String text) {
      unlessClosed(() -> socket.writeTextMessage(text));
    }

    void sendBinary(String bytes) {
      unlessClosed(() -> socket.writeBinaryMessage(Buffer.buffer(bytes)));
    }

    /** The server may have closed the socket for what was sent before: that is what is tested. */
    private void unlessClosed(Runnable write) {
      try {
        write.run();
      } catch (IllegalStateException e) {
        assertThat(socket.isClosed()).isTrue();
      }
    }

    Object next() throws Exception {
      return packets.poll(20, SECONDS);
    }

    void awaitClose() throws Exception {
      closed.get(20, SECONDS);
    }

    void assertEchoes() throws Exception {
      send("42[\"message\",\"still here\"]");
      assertThat(next()).isEqualTo("42[\"message-back\",\"still here\"]");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "2",
        "7",
        "",
        "4",
        "4abc",
        "40",
        "42{}",
        "42[\"disconnect\"]",
        "42[\"newListener\",1]",
        "42/nowhere,[\"a\"]",
        "44{\"message\":\"x\"}",
        "4511-[\"a\"]",
        "4299999999999999999999[\"a\"]",
        "bAAAA"
      })
  void aPacketThatIsNotAllowedClosesOnlyItsSocket(String packet) throws Exception {
    Raw bystander = Raw.connected();
    Raw raw = Raw.connected();

    raw.send(packet);

    raw.awaitClose();
    bystander.assertEchoes();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "451-[\"message\",{\"_placeholder\":true,\"num\":1}]",
        "451-[\"message\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":0}]",
        "451-[\"message\"]",
        "451-[\"message\",{\"_placeholder\":true,\"num\":1e99}]"
      })
  void abusedPlaceholdersCloseTheSocket(String packet) throws Exception {
    Raw raw = Raw.connected();
    raw.send(packet);
    raw.sendBinary("x");
    raw.awaitClose();
  }

  @Test
  void textInsteadOfAnAttachmentClosesTheSocket() throws Exception {
    Raw raw = Raw.connected();
    raw.send("451-[\"message\",{\"_placeholder\":true,\"num\":0}]");
    raw.send("42[\"message\"]");
    raw.awaitClose();
  }

  @Test
  void anAttachmentThatBelongsToNothingClosesTheSocket() throws Exception {
    Raw raw = Raw.connected();
    raw.sendBinary("x");
    raw.awaitClose();
  }

  @Test
  void placeholdersInATextPacketArePlainData() throws Exception {
    Raw raw = Raw.connected();
    raw.send("42[\"message\",{\"_placeholder\":true,\"num\":0}]");
    assertThat(raw.next()).isEqualTo("42[\"message-back\",{\"_placeholder\":true,\"num\":0}]");
  }

  @Test
  void malformedUtf8ClosesTheSocket() throws Exception {
    Raw raw = Raw.connected();
    Buffer bad = Buffer.buffer("42[\"message\",\"").appendByte((byte) 0xc3).appendString("(\"]");
    // The client library writes text frames from strings only: a continuation takes any bytes.
    raw.socket.writeFrame(WebSocketFrame.textFrame("", false));
    raw.socket.writeFrame(WebSocketFrame.continuationFrame(bad, true));
    raw.awaitClose();
  }

  @Test
  void aMessageInTinyFragmentsArrivesWhole() throws Exception {
    Raw raw = Raw.connected();
    String text = "42[\"message\",\"\u00fc\u20ac\"]";
    byte[] bytes = text.getBytes(UTF_8);
    raw.socket.writeFrame(WebSocketFrame.textFrame("", false));
    for (int i = 0; i < bytes.length; i++) {
      raw.socket.writeFrame(
          WebSocketFrame.continuationFrame(
              Buffer.buffer(new byte[] {bytes[i]}), i == bytes.length - 1));
    }
    assertThat(raw.next()).isEqualTo("42[\"message-back\",\"\u00fc\u20ac\"]");
  }

  @Test
  void aMessageBeyondTheLimitClosesTheSocket() throws Exception {
    Raw raw = Raw.connected();
    raw.send("42[\"message\",\"" + "x".repeat(1_000_001) + "\"]");
    raw.awaitClose();
  }

  @Test
  void deepNestingClosesTheSocket() throws Exception {
    Raw raw = Raw.connected();
    raw.send("42[\"message\"," + "[".repeat(50_000) + "]".repeat(50_000) + "]");
    raw.awaitClose();
  }

  @Test
  void randomBytesCostNoOtherSocket() throws Exception {
    Raw bystander = Raw.connected();
    Random random = new Random(7);
    for (int i = 0; i < 50; i++) {
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      Raw raw = new Raw("");
      raw.unlessClosed(() -> raw.socket.writeBinaryMessage(Buffer.buffer(noise)));
      raw.awaitClose();
      post(openPolling(), Buffer.buffer(noise));
    }
    bystander.assertEchoes();
  }

  @Test
  void anExtraPongIsHarmless() throws Exception {
    Raw raw = Raw.connected();
    raw.send("3");
    raw.send("3");
    raw.assertEchoes();
  }

  @Test
  void anAcknowledgementIsAskedForAndPassedOn() throws Exception {
    Raw raw = Raw.connected();
    raw.send("427[\"ask-me\",{\"x\":1}]");
    assertThat(raw.next()).isEqualTo("420[\"question\",{\"x\":1}]");
    raw.send("430[\"yes\"]");
    assertThat(raw.next()).isEqualTo("437[\"yes\"]");
  }

  @Test
  void anOversizeBodyIsAnsweredAndEndsTheSession() throws Exception {
    String sid = openPolling();
    assertThat(post(sid, Buffer.buffer("4" + "x".repeat(1_000_001))).status()).isEqualTo(413);
    assertThat(get(poll(sid)).body()).contains("Session ID unknown");
  }

  @Test
  void malformedUtf8InABodyEndsTheSession() throws Exception {
    String sid = openPolling();
    assertThat(post(sid, Buffer.buffer(new byte[] {'4', (byte) 0xff})).status()).isEqualTo(400);
    assertThat(get(poll(sid)).status()).isEqualTo(400);
  }

  @Test
  void refusalsHaveTheCodesOfTheReferenceServer() throws Exception {
    assertThat(get("EIO=3&transport=polling").body())
        .isEqualTo("{\"code\":5,\"message\":\"Unsupported protocol version\"}");
    assertThat(get("EIO=4&transport=smoke").body())
        .isEqualTo("{\"code\":0,\"message\":\"Transport unknown\"}");
    assertThat(get("EIO=4&transport=websocket").body())
        .isEqualTo("{\"code\":3,\"message\":\"Bad request\"}");
    assertThat(
            send(HttpMethod.POST, "EIO=4&transport=polling", Buffer.buffer())
                .await(20, SECONDS)
                .body())
        .isEqualTo("{\"code\":2,\"message\":\"Bad handshake method\"}");
  }

  @Test
  void aForgedSessionIdIsUnknown() throws Exception {
    String sid = openPolling();
    String forged = sid.substring(0, sid.length() - 1) + (sid.endsWith("A") ? "B" : "A");
    for (String unknown : new String[] {forged, "x", "conformance-0-", "a".repeat(4000)}) {
      Answer answer = get(poll(unknown));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
    }
  }

  @Test
  void crossOriginRequestsWithCredentialsAreAllowed() throws Exception {
    Answer answer = get("EIO=4&transport=polling", "origin", "https://app.example");
    assertThat(answer.headers().get("access-control-allow-origin"))
        .isEqualTo("https://app.example");
    assertThat(answer.headers().get("access-control-allow-credentials")).isEqualTo("true");

    Answer preflight =
        send(
                HttpMethod.OPTIONS,
                "EIO=4&transport=polling",
                Buffer.buffer(),
                "origin",
                "https://app.example",
                "access-control-request-headers",
                "x-a")
            .await(20, SECONDS);
    assertThat(preflight.status()).isEqualTo(204);
    assertThat(preflight.headers().get("access-control-allow-headers")).isEqualTo("x-a");
  }

  @Test
  void aConnectionWithoutANamespaceIsClosed() throws Exception {
    int hasty = RealRedis.freePort();
    Patience patience = new Patience(300, 20_000, 50);
    ConformanceServer.deploy(vertx, "127.0.0.1", hasty, 1, patience).await(10, SECONDS);
    Raw raw = new Raw(hasty, "");
    raw.awaitClose();
  }

  @Test
  void anUpgradeOfAnUnknownSessionIsRefused() {
    assertThat(catchThrowable(() -> new Raw("&sid=nobody")))
        .isInstanceOf(UpgradeRejectedException.class);
  }
}
