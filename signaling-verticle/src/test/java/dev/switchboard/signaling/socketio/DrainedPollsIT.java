package dev.switchboard.signaling.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.signaling.socketio.engine.EngineOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Polling clients of an edge that drains. A close packet would keep Python's from ever coming back;
 * a poll that fails does not.
 */
class DrainedPollsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private TwoEdges edges;

  @BeforeEach
  void start() {
    edges = new TwoEdges(EngineOptions.builder(), Admission.ALL);
  }

  @AfterEach
  void stop() {
    edges.close();
  }

  private CompletableFuture<HttpResponse<String>> later(int edge, String sid, String body) {
    String url = "http://127.0.0.1:" + edges.port(edge) + "/socket.io/?EIO=4&transport=polling";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(sid.isEmpty() ? url : url + "&sid=" + sid))
            .timeout(PATIENCE);
    if (!body.isEmpty()) {
      request.POST(BodyPublishers.ofString(body));
    }
    return HTTP.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> send(int edge, String sid, String body) {
    return later(edge, sid, body).join();
  }

  /** A session of the first edge whose client asks the given one. */
  private String connected(int edge) {
    String sid = send(0, "", "").body().replaceAll(".*\"sid\":\"([^\"]+)\".*", "$1");
    send(edge, sid, "40");
    assertThat(send(edge, sid, "").body()).startsWith("40{");
    return sid;
  }

  /** Emits so many events to the client that has connected. */
  private void emit(int events) {
    TwoEdges.Connected socket = edges.next();
    socket.on(
        () -> {
          IntStream.range(0, events).forEach(i -> socket.socket().emit("x", i));
          return socket;
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aPollThatWaitsFails(int edge) {
    String sid = connected(edge);
    CompletableFuture<HttpResponse<String>> waiting = later(edge, sid, "");
    edges.drain(0);
    HttpResponse<String> answer = waiting.join();
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whatWaitsIsFetchedFirst(int edge) {
    String sid = connected(edge);
    emit(40);
    edges.drain(0);
    List<String> fetched = new ArrayList<>();
    HttpResponse<String> answer = send(edge, sid, "");
    while (answer.statusCode() == 200) {
      List<String> packets = List.of(answer.body().split("\u001e"));
      assertThat(packets).hasSizeLessThanOrEqualTo(16);
      fetched.addAll(packets);
      answer = send(edge, sid, "");
    }
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(fetched).hasSize(40).doesNotContain("1").endsWith("42[\"x\",39]");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whoComesNewIsSentElsewhere(int edge) {
    edges.drain(edge);
    HttpResponse<String> answer = send(edge, "", "");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("connection")).contains("close");
    assertThat(send(1 - edge, "", "").statusCode()).isEqualTo(200);
  }
}
