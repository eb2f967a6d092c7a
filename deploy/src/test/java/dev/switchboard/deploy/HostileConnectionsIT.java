package dev.switchboard.deploy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.switchboard.deploy.testing.TestSettings;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.http.HttpApi;
import dev.switchboard.shared.json.JsonLevels;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RawSocket;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Connections that mean no good are ended, and others are served meanwhile. */
class HostileConnectionsIT {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "PORT", "0",
          "REQUEST_TIMEOUT", "2s",
          "KEEP_ALIVE_TIMEOUT", "3s",
          "SOCKET_PING_INTERVAL", "7s");
  private static final int WITHIN_SECONDS = 40;
  private static final int DEEP = 10_000;
  private static final String OPERATOR = "userId=ann&admin=true";
  private static final String POLLING = "/socket.io/?EIO=4&transport=polling";
  private static final String HANDSHAKE =
      "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
          + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  private static Vertx vertx;
  private static Server server;
  private static HttpClient client;

  @BeforeAll
  static void start() {
    RealRedis.flush();
    vertx = Vertx.vertx();
    server = Await.await(Server.start(Settings.of(TestSettings.with(SETTINGS))), 30);
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterAll
  static void stop() {
    client.close();
    Await.await(server.stop(), 30);
    Await.await(vertx.close());
  }

  private static Socket connect() throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(WITHIN_SECONDS));
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }

  /** What comes until the server closes, which it must do. */
  private static String readToTheEnd(Socket socket) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    try {
      for (int next = in.read(); next >= 0; next = in.read()) {
        all.write(next);
      }
    } catch (SocketException reset) {
      // Closed while more came from here.
    }
    return all.toString(UTF_8);
  }

  /** Writes a byte at a time until the server has closed; false if it never does. */
  private static boolean isCutWhileDripping(Socket socket, String text) throws IOException {
    socket.setSoTimeout(100);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WITHIN_SECONDS);
    for (int i = 0; System.nanoTime() - end < 0; i++) {
      try {
        write(socket, text.substring(i % text.length(), i % text.length() + 1));
        if (socket.getInputStream().read() < 0) {
          return true;
        }
      } catch (SocketTimeoutException stillOpen) {
        // The pause between two bytes.
      } catch (SocketException reset) {
        return true;
      }
    }
    return false;
  }

  private static HttpResponse<String> send(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.address() + path)).timeout(Duration.ofSeconds(20));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString()).join();
  }

  private static HttpResponse<String> post(String path, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString()).join();
  }

  private static void othersAreServed() {
    assertThat(send("/ping").statusCode()).isEqualTo(200);
  }

  // ---- slow

  @ParameterizedTest
  @ValueSource(
      strings = {
        // a head, a byte at a time
        "GET /ping HTTP/1.1\r\nHost: x\r\n|X-More: and more and more\r\n",
        // a body
        "POST /api/rooms/check HTTP/1.1\r\nHost: x\r\nContent-Length: 16000\r\n\r\n|{\"pad\":  ",
        "POST /api/rooms/check HTTP/1.1\r\n"
            + "Host: x\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "|1\r\n"
            + ".\r\n",
        // a poll's body, before it is known whose it is
        "POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n|X: more\r\n",
        // the handshake of a WebSocket
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\n|Sec-WebSocket-Protocol: more, and more\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n|X: more\r\n",
        // not even a first line
        "|GETGETGETGET"
      })
  void whoSendsTheirRequestAByteAtATimeIsCut(String request) throws IOException {
    String[] parts = request.split("\\|", 2);
    try (Socket slow = connect()) {
      write(slow, parts[0]);
      othersAreServed();
      assertThat(isCutWhileDripping(slow, parts[1])).isTrue();
    }
    othersAreServed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET /ping HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /ping HTTP/1.1\r\nHost: x\r\n",
        "POST /api/rooms/check HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"
      })
  void whoFallsSilentIsCutWithoutAWordInTheLog(String said) throws IOException {
    assertCutWithoutAWordInTheLog(said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz\r\n{\r\n", "-1\r\n{\r\n", "2\r\n{}XX5\r\n"})
  void whoseChunksCanNotBeToldApartIsCutWithoutAWordInTheLog(String chunks) throws IOException {
    assertCutWithoutAWordInTheLog(
        "POST /api/rooms/check HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
  }

  private static void assertCutWithoutAWordInTheLog(String said) throws IOException {
    Logger api = (Logger) LoggerFactory.getLogger(HttpApi.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    api.addAppender(lines);
    try (Socket silent = connect()) {
      write(silent, said);
      othersAreServed();
      readToTheEnd(silent);
      othersAreServed();
    } finally {
      api.detachAppender(lines);
    }
    assertThat(lines.list).isEmpty();
  }

  @Test
  void aLargeBodyOverASlowLinkIsTaken() throws Exception {
    String part = " ".repeat(5_000);
    String end = "{\"client1\":\"ann\"}";
    try (Socket slow = connect()) {
      write(
          slow,
          "POST /api/rooms/check HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
              + (3 * part.length() + end.length())
              + "\r\n\r\n");
      for (int i = 0; i < 3; i++) {
        write(slow, part);
        TimeUnit.MILLISECONDS.sleep(1_200);
      }
      write(slow, end);
      assertThat(readToTheEnd(slow)).startsWith("HTTP/1.1 4");
    }
  }

  @Test
  void aPollMayWaitForLongerThanEither() {
    String sid = send(POLLING).body().replaceAll(".*\"sid\":\"([^\"]+)\".*", "$1");
    assertThat(send(POLLING + "&sid=" + sid).body()).isEqualTo("2");
  }

  @Test
  void aWebSocketIsNotHeldToTheTimesOfRequests() throws IOException {
    try (Socket socket = connect();
        InputStream in = socket.getInputStream()) {
      write(socket, HANDSHAKE + "\r\n");
      StringBuilder seen = new StringBuilder();
      // The ping, seven seconds later.
      while (!seen.toString().endsWith("\u00812")) {
        int next = in.read();
        assertThat(next).as("closed after %s", seen).isNotNegative();
        if (next != 1) {
          seen.append((char) next);
        }
      }
      assertThat(seen.toString()).startsWith("HTTP/1.1 101").contains("0{\"sid\"");
    }
  }

  @Test
  void overHttp2ABodyThatNeverEndsIsResetAndAnIdleConnectionClosed() throws Exception {
    SelfSignedCertificate certificate = SelfSignedCertificate.create("localhost");
    Map<String, String> secure = new HashMap<>(SETTINGS);
    secure.put("TLS_CERT_PATH", certificate.certificatePath());
    secure.put("TLS_KEY_PATH", certificate.privateKeyPath());
    Server tls = Await.await(Server.start(Settings.of(TestSettings.with(secure))), 30);
    io.vertx.core.http.HttpClient http2 =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setSsl(true)
                .setUseAlpn(true)
                .setTrustAll(true)
                .setVerifyHost(false));
    try {
      HttpClientRequest request =
          Await.await(
              http2.request(
                  new RequestOptions()
                      .setMethod(HttpMethod.POST)
                      .setHost("127.0.0.1")
                      .setPort(tls.port())
                      .setURI("/api/rooms/check")));
      Promise<Void> closed = Promise.promise();
      request.connection().closeHandler(closed::complete);
      request.setChunked(true);
      Await.await(request.write(Buffer.buffer("{")));
      assertThat(request.version()).isEqualTo(HttpVersion.HTTP_2);
      assertThat(
              Await.await(
                  request
                      .response()
                      .map(answer -> "answered " + answer.statusCode())
                      .otherwise(failure -> String.valueOf(failure.getMessage())),
                  WITHIN_SECONDS))
          .contains("reset: 8");
      // Without a request the connection is idle.
      Await.await(closed.future(), WITHIN_SECONDS);
    } finally {
      Await.await(http2.close());
      Await.await(tls.stop(), 30);
      certificate.delete();
    }
  }

  // ---- large

  @ParameterizedTest
  @CsvSource({"1,20000", "3000,6", "1000000,6"})
  void aFloodOfHeadersIsRefused(int headers, int size) throws IOException {
    try (Socket flood = connect()) {
      OutputStream out = flood.getOutputStream();
      out.write("GET /ping HTTP/1.1\r\nHost: x\r\n".getBytes(US_ASCII));
      byte[] header = ("X" + "y".repeat(size) + ": 1\r\n").getBytes(US_ASCII);
      try {
        for (int i = 0; i < headers; i++) {
          out.write(header);
        }
      } catch (SocketException reset) {
        // Cut before it has sent all.
      }
      String answer = readToTheEnd(flood);
      assertThat(answer).matches(text -> text.isEmpty() || text.startsWith("HTTP/1.1 431"));
    }
    othersAreServed();
  }

  @Test
  void aFirstLineThatIsTooLongIsRefused() throws IOException {
    try (Socket socket = connect()) {
      write(socket, "GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(readToTheEnd(socket)).startsWith("HTTP/1.0 414");
    }
  }

  // ---- compressed

  private static byte[] zipped(String text) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
      zip.write(text.getBytes(UTF_8));
    }
    return zipped.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/rooms/check", "/api/rooms", "/v1/push/receipts"})
  void aCompressedBodyIsRefusedAndNotInflated(String path) throws IOException {
    byte[] bomb = zipped("{\"client1\":\"" + "0".repeat(10_000_000) + "\"}");
    assertThat(bomb).hasSizeLessThan(12_000);
    for (String coding : new String[] {"gzip", "deflate", "br", "gzip, gzip"}) {
      HttpResponse<String> answer = post(path, bomb, "Content-Encoding", coding);
      assertThat(answer.statusCode()).as(coding).isEqualTo(415);
      assertThat(answer.headers().firstValue("accept-encoding")).contains("identity");
    }
    byte[] plain = "{}".getBytes(UTF_8);
    assertThat(post(path, plain, "Content-Encoding", "identity").statusCode()).isNotEqualTo(415);
  }

  @Test
  void aPollsBodyIsNotInflated() throws IOException {
    String sid = send(POLLING).body().replaceAll(".*\"sid\":\"([^\"]+)\".*", "$1");
    HttpResponse<String> answer =
        post(POLLING + "&sid=" + sid, zipped("40"), "Content-Encoding", "gzip");
    assertThat(answer.statusCode() == 400 || send(POLLING + "&sid=" + sid).statusCode() == 400)
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ping",
        "/openapi.yaml",
        "/client.js",
        "/socket.io/socket.io.js",
        "/ice-servers",
        "/dev/token?userId=ann",
        POLLING
      })
  void noAnswerIsCompressed(String path) {
    HttpResponse<String> answer = send(path, "Accept-Encoding", "gzip, deflate, br, zstd");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-encoding")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/socket.io/?EIO=4&transport=websocket", "/", "/ws"})
  void noWebSocketAgreesOnCompression(String path) throws IOException {
    try (Socket socket = connect()) {
      write(
          socket,
          HANDSHAKE.replaceFirst("GET \\S+", "GET " + path)
              + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits,"
              + " x-webkit-deflate-frame\r\n\r\n");
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) socket.getInputStream().read());
      }
      assertThat(head.toString())
          .startsWith("HTTP/1.1 101")
          .doesNotContainIgnoringCase("sec-websocket-extensions");
    }
  }

  // ---- deep

  /** Lists in lists, within an object or a list of so many levels as a whole. */
  private static String within(String before, int levels, String after) {
    return before + "[".repeat(levels - 1) + "]".repeat(levels - 1) + after;
  }

  private static String token(String query) {
    return send("/dev/token?" + query).body().replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/rooms",
        "/api/rooms/check",
        "/api/rooms/accept",
        "/api/user/purge",
        "/api/v1/push/subscribe",
        "/api/v1/push/send",
        "/v1/push/tokens",
        "/v1/push/receipts",
        "/api/v1/calls"
      })
  void aBodyOfManyLevelsIsRefused(String path) {
    String token = token(OPERATOR);
    for (String deep :
        new String[] {
          within("{\"client1\":", JsonLevels.OF_CLIENTS + 1, "}"),
          within("{\"client1\":", 1_000, "}"),
          "{\"a\":".repeat(DEEP / 5) + "1" + "}".repeat(DEEP / 5),
          "[".repeat(DEEP) + "]".repeat(DEEP - 9_000)
        }) {
      HttpResponse<String> answer =
          post(path, deep.getBytes(UTF_8), "Authorization", "Bearer " + token);
      assertThat(answer.statusCode()).as(deep.substring(0, 20)).isIn(400, 422, 413);
    }
    othersAreServed();
  }

  @Test
  void aBodyIsReadUpToItsLevels() {
    String body = "{\"joinid\":\"x\",\"client1\":\"ann\",\"more\":";
    String most = within(body, JsonLevels.OF_CLIENTS, "}");
    assertThat(post("/api/rooms/check", most.getBytes(UTF_8)).statusCode()).isEqualTo(404);
    String more = within(body, JsonLevels.OF_CLIENTS + 1, "}");
    assertThat(post("/api/rooms/check", more.getBytes(UTF_8)).statusCode()).isEqualTo(400);
  }

  /** What a client may send is read again where it stands within ours. */
  @Test
  void whatIsAcceptedArrives() {
    String lists = within("{\"a\":", JsonLevels.OF_CLIENTS - 1, "}");
    try (RawSocket callee = registered("bob")) {
      HttpResponse<String> rung =
          post(
              "/api/v1/calls",
              ("{\"callerId\":\"ann\",\"calleeId\":\"bob\",\"callType\":\"audio\",\"requestId\":\"deep\",\"metadata\":"
                      + lists
                      + "}")
                  .getBytes(UTF_8),
              "Authorization",
              "Bearer " + token(OPERATOR));
      assertThat(rung.statusCode()).as(rung.body()).isEqualTo(201);
      assertThat(callee.next("42[\"incoming_call\"")).contains(lists);
      String callId = rung.body().replaceAll(".*\"callId\":\"([^\"]+)\".*", "$1");
      HttpResponse<String> call =
          send("/api/v1/calls/" + callId, "Authorization", "Bearer " + token(OPERATOR));
      assertThat(call.body()).contains(lists);
    }
  }

  private static RawSocket registered(String userId) {
    RawSocket socket = connected(userId);
    socket.send("42[\"register\",{\"userId\":\"" + userId + "\"}]");
    socket.next("42[\"registered\"");
    return socket;
  }

  private static RawSocket connected(String userId) {
    RawSocket socket = new RawSocket(vertx);
    Await.await(socket.connect(RawSocket.toEngineIo(server.address(), "")));
    socket.next("0{");
    socket.send("40{\"token\":\"" + token("userId=" + userId) + "\"}");
    socket.next("40{");
    return socket;
  }

  @Test
  void anEventOfManyLevelsIsRefusedAndItsSocketGoesOn() {
    try (RawSocket socket = connected("levels")) {
      for (int levels : new int[] {Event.MOST_LEVELS + 1, 1_000, DEEP}) {
        socket.send(within("427[\"call_initiate\",", levels, "]"));
        assertThat(socket.next("437[{\"success\":false")).contains("\"E301\"", "64 levels");
        socket.send(within("42[\"sdp_offer\",", levels, "]"));
        assertThat(socket.next("42[\"error\"")).contains("\"E301\"", "sdp_offer");
        socket.send(within("428[\"send-message\",", levels, "]"));
        assertThat(socket.next("42[\"session-error\"")).contains("INVALID_FIELD", "64 levels");
        socket.next("438[{\"success\":false");
      }
      socket.send("429[\"register\",{\"userId\":\"levels\"}]");
      socket.next("42[\"registered\"");
      socket.next("439[{\"success\":true");
      // Read, and refused for what it is.
      socket.send(within("427[\"call_initiate\",", Event.MOST_LEVELS, "]"));
      assertThat(socket.next("437[")).contains("\"E301\"").doesNotContain("levels");
    }
    othersAreServed();
  }

  @Test
  void soIsOneThatIsPosted() {
    String sid = send(POLLING).body().replaceAll(".*\"sid\":\"([^\"]+)\".*", "$1");
    String session = POLLING + "&sid=" + sid;
    assertThat(post(session, "40".getBytes(UTF_8)).statusCode()).isEqualTo(200);
    assertThat(send(session).body()).startsWith("40{");
    String deep = within("427[\"call_initiate\",", Event.MOST_LEVELS + 1, "]");
    assertThat(post(session, deep.getBytes(UTF_8)).statusCode()).isEqualTo(200);
    assertThat(send(session).body()).startsWith("437[{\"success\":false").contains("\"E301\"");
  }

  @Test
  void aRoomsMessageOfManyLevelsIsRefused() {
    try (RawSocket socket = new RawSocket(vertx)) {
      Await.await(socket.connect(RawSocket.to(server.address(), "/ws")));
      socket.next("{\"type\":\"connected\"");
      for (int levels : new int[] {JsonLevels.OF_CLIENTS + 1, 1_000, DEEP}) {
        socket.send(within("{\"type\":\"join_room\",\"roomId\":", levels, "}"));
        assertThat(socket.next()).contains("\"error\":\"Invalid JSON format\"");
      }
      socket.send(within("{\"type\":\"join_room\",\"roomId\":", JsonLevels.OF_CLIENTS, "}"));
      assertThat(socket.next()).contains("\"error\":\"Invalid roomId\"");
    }
    othersAreServed();
  }
}
