package dev.switchboard.deploy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.switchboard.deploy.testing.TestSettings;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all answers of the public server have in common, whatever they are about. */
class HttpAnswersIT {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static Server server;

  @BeforeAll
  static void start() {
    Map<String, String> settings =
        TestSettings.with(Map.of("PORT", "0", "EDGES", "2", "CORS_ORIGIN", "https://app.example"));
    server = Await.await(Server.start(Settings.of(settings)), 30);
  }

  @AfterAll
  static void stop() {
    Await.await(server.stop(), 30);
  }

  private static HttpResponse<String> get(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.address() + path)).timeout(Duration.ofSeconds(10));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString()).join();
  }

  /** All of the answer to a request as it is written, up to where the server ends it. */
  private static String rawToTheEnd(String request) throws IOException {
    URI address = URI.create(server.address());
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  /** The head of the first answer. */
  private static List<String> head(String request) throws IOException {
    URI address = URI.create(server.address());
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))
          .lines()
          .takeWhile(line -> !line.isEmpty())
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /ping HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
        "HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /socket.io/?EIO=3 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /other HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        "nonsense\r\n\r\n"
      })
  void everyAnswerHasADate(String request) throws IOException {
    String date =
        head(request).stream()
            .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("date: "))
            .collect(Collectors.joining())
            .substring("date: ".length());
    assertThat(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant())
        .isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
  }

  @Test
  void aBodyThatIsHeldBackIsAskedForOrRefusedAtOnce() throws IOException {
    String post =
        "POST /api/rooms/check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Expect: 100-continue\r\nContent-Length: ";
    assertThat(head(post + "2\r\n\r\n")).containsExactly("HTTP/1.1 100 Continue");
    assertThat(rawToTheEnd(post + "99999999\r\n\r\n")).startsWith("HTTP/1.1 413");
    assertThat(rawToTheEnd(post.replace("100-continue", "miracles") + "2\r\n\r\n"))
        .startsWith("HTTP/1.1 417");
  }

  @ParameterizedTest
  @CsvSource({
    "'',false",
    "*/*,false",
    "text/*,false",
    "'text/plain, text/html;q=0.9',false",
    "text/html;q=0,false",
    "text/html;q=nonsense,false",
    "'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',true",
    "text/html,true",
    "'TEXT/HTML;level=1 ; q=0.5, */*;q=0.1',true"
  })
  void onlyWhoAsksForHtmlGetsThePage(String accept, boolean page) {
    HttpResponse<String> answer = accept.isEmpty() ? get("/") : get("/", "Accept", accept);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type").orElse(""))
        .startsWith(page ? "text/html" : "text/plain");
    assertThat(answer.headers().allValues("vary")).contains("Accept");
    assertThat(answer.body().contains("<html")).isEqualTo(page);
  }

  @Test
  void theClientsScriptIsGivenToPagesFromElsewhere() {
    HttpResponse<String> script = get("/socket.io/socket.io.js", "Origin", "https://app.example");
    assertThat(script.statusCode()).isEqualTo(200);
    assertThat(script.headers().firstValue("access-control-allow-origin"))
        .contains("https://app.example");
    assertThat(get("/socket.io/other.js").statusCode()).isEqualTo(404);
  }
}
