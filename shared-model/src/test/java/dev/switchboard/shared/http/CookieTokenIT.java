package dev.switchboard.shared.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.auth.TokenRejectedException;
import dev.switchboard.shared.auth.TokenVerifier;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.TestLinks;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.client.WebClient;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The token in a cookie, which a browser sends along whatever page asks. */
final class CookieTokenIT {
  private static final String PAGE = "https://app.example";
  private static final String COOKIE = "session=ann";

  private final Vertx vertx = Vertx.vertx();
  private final Map<String, String> settings =
      Map.of("JWT_COOKIE", "session", "CORS_ORIGIN", PAGE, "APP_ENV", "production");

  @AfterEach
  void close() {
    Await.await(vertx.close());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b;c", "a=b", "a,b", "\u00e4", "a:b"})
  void nameThatNoCookieCanHaveIsRefused(String name) {
    assertThatThrownBy(() -> server(Map.of("JWT_COOKIE", name)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("JWT_COOKIE: '" + name + "'");
    server(Map.of("JWT_COOKIE", "__Host-s.1"));
  }

  /** Answers who asks; a token is its bearer's name. */
  private HttpServer server(Map<String, String> with) {
    TokenVerifier verifier =
        token ->
            token.equals("bad")
                ? Future.failedFuture(new TokenRejectedException(false))
                : Future.succeededFuture(new Caller(token, false, Long.MAX_VALUE));
    HttpAccess access =
        new SharedHttpAccess(
            vertx,
            Settings.of(with),
            verifier,
            new TestLinks(vertx),
            new SimpleMeterRegistry(),
            InstantSource.system());
    return Await.await(
        vertx
            .createHttpServer()
            .requestHandler(request -> answer(access, request))
            .listen(0, "127.0.0.1"));
  }

  private static void answer(HttpAccess access, HttpServerRequest request) {
    access
        .caller(request)
        .onSuccess(caller -> request.response().end(caller.map(Caller::userId).orElse("nobody")))
        .onFailure(refused -> request.response().setStatusCode(401).end("refused"));
  }

  private String ask(HttpServer server, HttpMethod method, String... headers) {
    var request = WebClient.create(vertx).request(method, server.actualPort(), "127.0.0.1", "/");
    for (int i = 0; i < headers.length; i += 2) {
      request.putHeader(headers[i], headers[i + 1]);
    }
    return Await.await(request.send()).bodyAsString();
  }

  private String post(HttpServer server, String... headers) {
    return ask(server, HttpMethod.POST, headers);
  }

  @Test
  void cookieOfAnAllowedPageNamesTheCaller() {
    HttpServer server = server(settings);
    assertThat(post(server, "Cookie", COOKIE, "Origin", PAGE)).isEqualTo("ann");
    assertThat(post(server, "Cookie", "a=b; " + COOKIE + "; c=d", "Origin", PAGE + ":443"))
        .isEqualTo("ann");
    String own = "http://127.0.0.1:" + server.actualPort();
    assertThat(post(server, "Cookie", COOKIE, "Origin", own)).isEqualTo("ann");
    assertThat(post(server, "Cookie", "session=bad", "Origin", PAGE)).isEqualTo("refused");
    assertThat(post(server, "Cookie", "other=ann", "Origin", PAGE)).isEqualTo("nobody");
    assertThat(post(server, "Cookie", "session=", "Origin", PAGE)).isEqualTo("nobody");
  }

  @Test
  void headerWins() {
    HttpServer server = server(settings);
    assertThat(post(server, "Cookie", COOKIE, "Authorization", "Bearer bob")).isEqualTo("bob");
    assertThat(post(server, "Cookie", COOKIE, "Origin", PAGE, "Authorization", "Bearer bad"))
        .isEqualTo("refused");
    assertThat(post(server, "Cookie", COOKIE, "Origin", PAGE, "Authorization", "Basic x"))
        .isEqualTo("refused");
  }

  @Test
  void otherPagesActForNobody() {
    HttpServer server = server(settings);
    for (String origin : new String[] {"https://evil.example", "null", "file://", "nonsense"}) {
      assertThat(post(server, "Cookie", COOKIE, "Origin", origin)).isEqualTo("refused");
    }
    assertThat(post(server, "Cookie", COOKIE)).isEqualTo("refused");
    assertThat(ask(server, HttpMethod.DELETE, "Cookie", COOKIE)).isEqualTo("refused");
    assertThat(ask(server, HttpMethod.GET, "Cookie", COOKIE, "Origin", "https://evil.example"))
        .isEqualTo("refused");
  }

  @Test
  void pageOfTheOwnOriginLooksWithoutNamingIt() {
    assertThat(ask(server(settings), HttpMethod.GET, "Cookie", COOKIE)).isEqualTo("ann");
  }

  @Test
  void withoutTheSettingCookiesAreNotRead() {
    HttpServer server = server(Map.of("CORS_ORIGIN", PAGE));
    assertThat(post(server, "Cookie", COOKIE, "Origin", PAGE)).isEqualTo("nobody");
  }
}
