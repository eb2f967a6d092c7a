package dev.switchboard.signaling.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RawSocket;
import dev.switchboard.signaling.socketio.engine.EngineOptions;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sockets whose requests land on another loop, who read too little, or who may not come in. */
class EdgesIT {
  private static final String OURS = "https://app.example";

  private TwoEdges edges;
  private HttpClient http;

  @AfterEach
  void stop() {
    edges.close();
  }

  private void start(EngineOptions.Builder engine) {
    start(engine, Admission.ALL);
  }

  private void start(EngineOptions.Builder engine, Admission admission) {
    edges = new TwoEdges(engine, admission);
    http = edges.vertx.createHttpClient();
  }

  private record Reply(int status, String body, String allowedOrigin) {}

  private Reply send(HttpMethod method, int edge, String sid, String body, String origin) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setHost("127.0.0.1")
            .setPort(edges.port(edge))
            .setURI("/socket.io/?EIO=4&transport=polling" + (sid.isEmpty() ? "" : "&sid=" + sid));
    if (!origin.isEmpty()) {
      options.putHeader("origin", origin);
    }
    // On an event loop throughout: from outside the body could be missed.
    return Await.await(
        Future.future(
            done ->
                edges.vertx.runOnContext(
                    now ->
                        http.request(options)
                            .compose(request -> request.send(body).compose(EdgesIT::read))
                            .onComplete(done))));
  }

  private static Future<Reply> read(HttpClientResponse response) {
    return response
        .body()
        .map(
            body ->
                new Reply(
                    response.statusCode(),
                    body.toString(),
                    response.getHeader("access-control-allow-origin")));
  }

  private String poll(int edge, String sid) {
    return send(HttpMethod.GET, edge, sid, "", "").body();
  }

  private void post(int edge, String sid, String body) {
    assertThat(send(HttpMethod.POST, edge, sid, body, "").body()).isEqualTo("ok");
  }

  private String open(int edge) {
    return new JsonObject(poll(edge, "").substring(1)).getString("sid");
  }

  private RawSocket line(int edge, String sid) {
    return line(options(edge, sid));
  }

  private RawSocket lineOf(String origin) {
    return line(options(0, "").setAllowOriginHeader(true).putHeader("origin", origin));
  }

  private RawSocket line(WebSocketConnectOptions to) {
    RawSocket line = new RawSocket(edges.vertx);
    Await.await(line.connect(to));
    return line;
  }

  private WebSocketConnectOptions options(int edge, String sid) {
    return RawSocket.toEngineIo(
        "http://127.0.0.1:" + edges.port(edge), sid.isEmpty() ? "" : "&sid=" + sid);
  }

  private RawSocket connected(int edge) {
    RawSocket line = line(edge, "");
    line.next("0{");
    line.send("40");
    line.next("40{");
    return line;
  }

  @Test
  void pollsAndUpgradesOnAnotherLoopReachTheirSession() throws Exception {
    start(EngineOptions.builder());
    String sid = open(0);
    post(1, sid, "40");
    assertThat(poll(1, sid)).startsWith("40{");
    post(1, sid, "42[\"x\",1]\u001e42[\"x\",2]");
    assertThat(poll(0, sid)).isEqualTo("42[\"echo\",1]\u001e42[\"echo\",2]");
    post(0, sid, "42[\"x\",3]");
    assertThat(poll(1, sid)).isEqualTo("42[\"echo\",3]");

    RawSocket line = line(1, sid);
    line.send("2probe");
    assertThat(line.next()).isEqualTo("3probe");
    line.send("5");
    for (int i = 0; i < 200; i++) {
      line.send("42[\"x\"," + i + "]");
    }
    for (int i = 0; i < 200; i++) {
      assertThat(line.next()).isEqualTo("42[\"echo\"," + i + "]");
    }
    assertThat(send(HttpMethod.GET, 1, sid, "", "").status()).isEqualTo(400);
  }

  @Test
  void limitsOfOneSocketCanBeRaised() throws Exception {
    start(EngineOptions.builder().maxPayloadBytes(1_000));
    RawSocket line = connected(0);
    TwoEdges.Connected socket = edges.next();
    socket.on(
        () -> {
          socket.socket().limits(5_000, 500_000);
          return socket;
        });
    line.send("42[\"x\",\"" + "y".repeat(4_000) + "\"]");
    assertThat(line.next()).hasSizeGreaterThan(4_000);
    line.send("42[\"x\",\"" + "y".repeat(6_000) + "\"]");
    assertThat(line.next()).isEqualTo(RawSocket.CLOSED);

    RawSocket small = connected(1);
    small.send("42[\"x\",\"" + "y".repeat(2_000) + "\"]");
    assertThat(small.next()).isEqualTo(RawSocket.CLOSED);
  }

  @Test
  void acknowledgementThatDoesNotComeInTimeFails() throws Exception {
    start(EngineOptions.builder());
    RawSocket line = connected(0);
    TwoEdges.Connected socket = edges.next();
    Future<Arguments> late = socket.on(() -> socket.socket().emitWithAck(50, "question", 1));
    assertThat(line.next()).isEqualTo("420[\"question\",1]");
    assertThat(Await.failure(late)).isInstanceOf(TimeoutException.class);
    line.send("430[\"too late\"]");

    Future<Arguments> inTime = socket.on(() -> socket.socket().emitWithAck(20_000, "question", 2));
    assertThat(line.next()).isEqualTo("421[\"question\",2]");
    line.send("431[\"here\"]");
    assertThat(Await.await(inTime).get(0)).isEqualTo("here");

    Future<Arguments> never = socket.on(() -> socket.socket().emitWithAck(20_000, "question", 3));
    line.webSocket().close();
    assertThat(Await.failure(never)).isInstanceOf(SocketClosedException.class);
  }

  @Test
  void probeTellsWhetherTheClientIsThere() throws Exception {
    start(EngineOptions.builder());
    RawSocket line = connected(0);
    TwoEdges.Connected socket = edges.next();
    Future<Boolean> answered = socket.on(() -> socket.socket().probe(20_000));
    assertThat(line.next()).isEqualTo("2");
    line.send("3");
    assertThat(Await.await(answered)).isTrue();
    Future<Boolean> unanswered = socket.on(() -> socket.socket().probe(50));
    assertThat(Await.await(unanswered)).isFalse();
    line.send("42[\"x\",1]");
    assertThat(line.next()).isEqualTo("2");
    assertThat(line.next()).isEqualTo("42[\"echo\",1]");
  }

  @Test
  void strangeOriginGetsNeitherPermissionNorAWebSocket() {
    start(
        EngineOptions.builder()
            .allowedOrigins(request -> OURS.equals(request.getHeader("origin"))));
    assertThat(send(HttpMethod.GET, 0, "", "", OURS).allowedOrigin()).isEqualTo(OURS);
    assertThat(send(HttpMethod.GET, 0, "", "", "https://evil.example").allowedOrigin()).isNull();
    lineOf(OURS);
    line(0, "");
    Throwable refused = catchThrowable(() -> lineOf("https://evil.example"));
    assertThat(refused).isInstanceOf(UpgradeRejectedException.class);
    assertThat(((UpgradeRejectedException) refused).getStatus()).isEqualTo(403);
  }

  @Test
  void refusalSaysWhyWithItsCode() throws Exception {
    Map<String, Object> why = Map.of("code", "E201");
    start(
        EngineOptions.builder(),
        handshake ->
            Future.failedFuture(new ConnectRefusedException("Invalid token", new JsonObject(why))));
    RawSocket line = line(0, "");
    line.next();
    line.send("40{\"token\":\"x\"}");
    assertThat(line.next())
        .isEqualTo("44{\"message\":\"Invalid token\",\"data\":{\"code\":\"E201\"}}");
  }

  @Test
  void whoDoesNotReadLosesItsTransportWithoutADisconnectPacket() throws Exception {
    int bound = 100_000;
    start(EngineOptions.builder().slowConsumerBytes(bound).slowConsumerMillis(300));
    try (Socket client = new Socket()) {
      client.setReceiveBufferSize(4_096);
      client.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), edges.port(0)), 20_000);
      client.setSoTimeout(20_000);
      client
          .getOutputStream()
          .write(RawSocket.upgradeRequest("/socket.io/?EIO=4&transport=websocket"));
      assertThat(new String(client.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 101");
      client.getOutputStream().write(maskedText("40"));
      TwoEdges.Connected slow = edges.next();
      CompletableFuture<DisconnectReason> ended = new CompletableFuture<>();
      slow.on(
          () -> {
            slow.socket().onDisconnect(ended::complete);
            return slow;
          });
      Await.until(() -> slow.on(() -> moreThanWaits(slow.socket(), bound)));
      assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo(DisconnectReason.SLOW_CONSUMER);
      assertThat(readToTheEnd(client.getInputStream())).contains("42[\"x\"").doesNotContain("41");
    }
    RawSocket other = connected(0);
    other.send("42[\"x\",1]");
    assertThat(other.next()).isEqualTo("42[\"echo\",1]");
  }

  /** A text frame of RFC 6455 whose mask is zero. */
  private static byte[] maskedText(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] frame = new byte[6 + bytes.length];
    frame[0] = (byte) 0x81;
    frame[1] = (byte) (0x80 | bytes.length);
    System.arraycopy(bytes, 0, frame, 6, bytes.length);
    return frame;
  }

  /** True once the buffers of both systems are full, so that something stays with us. */
  private static boolean moreThanWaits(SocketIoSocket socket, int bound) {
    if (socket.bytesWaiting() > bound) {
      return true;
    }
    while (socket.isConnected() && socket.bytesWaiting() <= bound) {
      socket.emit("x", "y".repeat(16_384));
    }
    return false;
  }

  private static String readToTheEnd(InputStream in) {
    StringBuilder heard = new StringBuilder();
    byte[] buffer = new byte[65_536];
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        heard.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException reset) {
      // A connection that is cut with data waiting is reset.
      heard.append("(reset)");
    }
    return heard.toString();
  }
}
