package dev.switchboard.shared.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests come from the server's own pages, or from apps that name it as their origin. */
class OwnOriginIT {
  private static final int TIMEOUT_MILLIS = 20_000;

  private static final Vertx VERTX = Vertx.vertx();
  private static HttpServer alone;
  private static HttpServer proxied;

  @BeforeAll
  static void start() {
    alone = server(Map.of("APP_ENV", "production"));
    proxied = server(Map.of("APP_ENV", "production", "TRUSTED_PROXIES", "127.0.0.1"));
  }

  private static HttpServer server(Map<String, String> settings) {
    AllowedOrigins origins = AllowedOrigins.from(Settings.of(settings));
    return Await.await(
        VERTX
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .response()
                        .setStatusCode(origins.allowsRequest(request) ? 204 : 403)
                        .end())
            .listen(0, "127.0.0.1"));
  }

  @AfterAll
  static void stop() {
    Await.await(VERTX.close());
  }

  /** The status of a request with these headers, {@code |} between them. */
  private static int status(HttpServer server, String headers) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      String request =
          "GET / HTTP/1.1\r\n" + String.join("\r\n", headers.split("\\|")) + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] line = socket.getInputStream().readNBytes("HTTP/1.1 204".length());
      return Integer.parseInt(new String(line, 9, 3, StandardCharsets.US_ASCII));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Host: calls.example|Origin: https://calls.example,204",
    "Host: calls.example:443|Origin: wss://calls.example,204",
    "Host: calls.example|Origin: https://calls.example:443,204",
    "Host: CALLS.example:80|Origin: ws://Calls.Example,204",
    "Host: calls.example:3000|Origin: http://calls.example:3000,204",
    "Host: [::1]:3000|Origin: http://[0:0:0:0:0:0:0:1]:3000,204",
    "Host: calls.example,204",
    "Host: calls.example:443|Origin: http://calls.example,403",
    "Host: calls.example:80|Origin: https://calls.example,403",
    "Host: calls.example:3000|Origin: http://calls.example,403",
    "Host: calls.example|Origin: null,403",
    "Host: calls.example|Origin: file://calls.example,403",
    "Host: calls.example|Origin: https://evil.example,403"
  })
  void theHostThatWasAskedForIsOurs(String headers, int status) throws IOException {
    assertThat(status(alone, headers)).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "X-Forwarded-Host: calls.example|Origin: https://calls.example,204",
    "'X-Forwarded-Host: Calls.Example:443, inner|Origin: wss://calls.example',204",
    "X-Forwarded-Host: calls.example|X-Forwarded-Port: 8443|Origin: https://calls.example:8443,204",
    "X-Forwarded-Host: calls.example|X-Forwarded-Proto: https|Origin: https://calls.example,204",
    "X-Forwarded-Host: calls.example|X-Forwarded-Proto: wss|Origin: http://calls.example,403",
    "X-Forwarded-Host: calls.example|Origin: http://node-1:3000,403",
    "X-Forwarded-Proto: https|Origin: https://node-1:3000,204"
  })
  void behindAProxyItIsTheHostThatTheProxyWasAskedFor(String headers, int status)
      throws IOException {
    assertThat(status(proxied, "Host: node-1:3000|" + headers)).isEqualTo(status);
  }

  @Test
  void nobodyElseIsBelieved() throws IOException {
    String forwarded =
        "Host: node-1:3000|X-Forwarded-Host: evil.example|Origin: https://evil.example";
    assertThat(status(alone, forwarded)).isEqualTo(403);
  }
}
