package dev.switchboard.signaling.socketio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.UpgradeRejectedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no official client would send over HTTP, and what is answered. */
class PollingRulesIT extends EchoServerTest {
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
  void oneAnswerHasNoMorePacketsThanThePythonClientTakes() throws Exception {
    String sid = openPolling();
    post(sid, Buffer.buffer("40"));
    Deque<String> heard = new ArrayDeque<>(packets(sid));
    post(sid, Buffer.buffer(("42[\"message\",0]\u001e").repeat(39) + "42[\"message\",\"last\"]"));
    while (!heard.getLast().contains("last")) {
      heard.addAll(packets(sid));
    }
    assertThat(heard.stream().filter(packet -> packet.startsWith("42[\"message-back\"")))
        .hasSize(40);
  }

  private static List<String> packets(String sid) throws Exception {
    List<String> packets = List.of(get(poll(sid)).body().split("\u001e"));
    assertThat(packets).hasSizeLessThanOrEqualTo(16);
    return packets;
  }

  /** The status lines of the answers to a head, and to what follows once the first has come. */
  private static List<String> answers(String head, String body) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write((head + "\r\n\r\n").getBytes(US_ASCII));
      BufferedReader in =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      lines.add(in.readLine());
      if (lines.getFirst().contains(" 100 ")) {
        assertThat(in.readLine()).isEmpty();
        socket.getOutputStream().write(body.getBytes(US_ASCII));
        lines.add(in.readLine());
      } else {
        // Nothing can follow, or the next request would be taken for the body.
        in.lines().forEach(lines::add);
      }
    }
    return lines;
  }

  private static String expecting(String sid, String expectation, int length) {
    return "POST /socket.io/?"
        + poll(sid)
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
        + length
        + "\r\nExpect: "
        + expectation;
  }

  @Test
  void whoWaitsForLeaveToSendABodyGetsIt() throws Exception {
    String sid = openPolling();
    assertThat(answers(expecting(sid, "100-continue", 2), "40"))
        .containsExactly("HTTP/1.1 100 Continue", "HTTP/1.1 200 OK");
    assertThat(get(poll(sid)).body()).startsWith("40{");
  }

  @Test
  void orARefusalAtOnceAndTheEndOfTheConnection() throws Exception {
    assertThat(answers(expecting(openPolling(), "100-continue", 1_000_001), ""))
        .startsWith("HTTP/1.1 413 Request Entity Too Large")
        .contains("connection: close");
    assertThat(answers(expecting(openPolling(), "miracles", 2), ""))
        .startsWith("HTTP/1.1 417 Expectation Failed")
        .contains("connection: close");
    assertThat(answers(expecting("nobody", "100-continue", 2), ""))
        .startsWith("HTTP/1.1 400 Bad Request")
        .contains("connection: close");
  }

  @ParameterizedTest
  @ValueSource(strings = {"socket.io.js", "socket.io.min.js", "socket.io.esm.min.js"})
  void theClientsScriptIsThere(String name) throws Exception {
    HttpResponse<String> script = script("GET", name);
    assertThat(script.statusCode()).isEqualTo(200);
    assertThat(script.body()).contains("Socket.IO v4.").doesNotContain("sourceMappingURL");
    assertThat(script.headers().firstValue("content-type").orElse(""))
        .startsWith("text/javascript");
    String tag = script.headers().firstValue("etag").orElseThrow();
    assertThat(script("GET", name, "If-None-Match", "W/" + tag).statusCode()).isEqualTo(304);
    HttpResponse<String> head = script("HEAD", name);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValue("content-length"))
        .isEqualTo(script.headers().firstValue("content-length"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"socket.io.js.map", "socket.io.msgpack.min.js", "engine.io.js"})
  void otherScriptsAreNotFound(String name) throws Exception {
    assertThat(script("GET", name).statusCode()).isEqualTo(404);
  }

  private static HttpResponse<String> script(String method, String name, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/socket.io/" + name))
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  @ParameterizedTest
  @CsvSource({"app-v1,app-v1", "'chat, superchat',chat", "'',''"})
  void theFirstSubprotocolOfferedIsAgreedOn(String offered, String agreed) throws Exception {
    assertThat(
            new Raw("", offered.isEmpty() ? List.of() : List.of(offered.split(", ")))
                .socket.subProtocol())
        .isEqualTo(agreed);
  }

  @Test
  void anUpgradeOfAnUnknownSessionIsRefused() {
    assertThat(catchThrowable(() -> new Raw("&sid=nobody")))
        .isInstanceOf(UpgradeRejectedException.class);
  }
}
