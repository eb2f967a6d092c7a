package dev.switchboard.shared.http;

import static dev.switchboard.shared.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.auth.ApiKey;
import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.auth.Scope;
import dev.switchboard.shared.auth.TokenRejectedException;
import dev.switchboard.shared.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpApiTest {
  private static final int BODY_LIMIT = 64;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpApi api = new HttpApi(new Access(), HttpApiTest::shape);
  private Function<RoutingContext, Future<JsonObject>> action =
      context -> Future.succeededFuture(HttpApi.body(context));
  private HttpServer server;

  /** Whoever names a user is that user; {@code operator} is one, and {@code forger} is refused. */
  private static final class Access implements HttpAccess {
    @Override
    public Future<Optional<Caller>> caller(HttpServerRequest request) {
      String user = request.getHeader("Authorization");
      return "forger".equals(user)
          ? Future.failedFuture(new TokenRejectedException(false))
          : Future.succeededFuture(
              Optional.ofNullable(user)
                  .map(name -> new Caller(name, name.equals("operator"), Long.MAX_VALUE)));
    }

    /** {@code reader} is a key that may look. */
    @Override
    public Optional<ApiKey> apiKey(HttpServerRequest request) {
      return "reader".equals(request.getHeader("Authorization"))
          ? Optional.of(new ApiKey("reader", Set.of(Scope.READ)))
          : Optional.empty();
    }

    @Override
    public String clientAddress(HttpServerRequest request) {
      return "here";
    }

    /** Nobody but {@code here} may do anything. */
    @Override
    public Future<Long> use(String limit, String key, long max, Duration window) {
      return Future.succeededFuture(key.equals("here") ? 0L : window.toMillis() - 1);
    }
  }

  private static JsonObject shape(Refusal refusal) {
    return new JsonObject()
        .put("error", refusal.error())
        .put("detail", refusal.detail())
        .mergeIn(refusal.more());
  }

  @BeforeEach
  void listen() {
    Router router = Router.router(vertx);
    api.readBodies(router, "/it", BODY_LIMIT);
    router
        .post("/it")
        .handler(
            context ->
                action
                    .apply(context)
                    .onSuccess(answer -> Answers.json(context, 200, answer))
                    .onFailure(failure -> api.refuse(context, failure)));
    server = await(vertx.createHttpServer().requestHandler(router).listen(0));
  }

  @AfterEach
  void close() {
    await(vertx.close());
    client.close();
  }

  private HttpResponse<String> post(String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + server.actualPort() + "/it"))
            .timeout(Duration.ofSeconds(10))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private void assertRefused(
      HttpResponse<String> answer, int status, String error, @Nullable String detail) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(new JsonObject(answer.body()))
        .isEqualTo(new JsonObject().put("error", error).put("detail", detail));
  }

  @Test
  void bodyIsAnObjectWhateverItsTypeIsCalled() throws Exception {
    HttpResponse<String> answer = post("{\"a\":1}", "Content-Type", "text/plain");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"a\":1}");
  }

  @Test
  void bodyThatIsNoObjectIsABadField() throws Exception {
    for (String body : new String[] {"", "[]", "7", "{nope"}) {
      assertRefused(post(body), 400, "invalid_request", "body must be a JSON object");
    }
    action = context -> Future.succeededFuture(HttpApi.bodyOrEmpty(context));
    assertThat(post("").body()).isEqualTo("{}");
    assertRefused(post("[]"), 400, "invalid_request", "body must be a JSON object");
  }

  @Test
  void bodyBeyondTheLimitIsTooLarge() throws Exception {
    assertRefused(
        post("x".repeat(BODY_LIMIT + 1)),
        413,
        "payload_too_large",
        "body must not exceed " + BODY_LIMIT + " bytes");
  }

  @Test
  void operatorsAreLetInAndOthersAreNot() throws Exception {
    action =
        context -> api.actor(context, Scope.PUSH).map(known -> new JsonObject().put("is", "in"));
    assertThat(post("", "Authorization", "operator").body()).isEqualTo("{\"is\":\"in\"}");
    assertRefused(post("", "Authorization", "ann"), 403, "forbidden", "only operators may do this");
    for (HttpResponse<String> nobody : List.of(post(""), post("", "Authorization", "forger"))) {
      assertThat(nobody.statusCode()).isEqualTo(401);
      assertThat(nobody.headers().firstValue("WWW-Authenticate")).contains("Bearer");
      assertThat(new JsonObject(nobody.body()).getString("error")).isEqualTo("unauthorized");
    }
  }

  @Test
  void keysAreLetInByTheirScope() throws Exception {
    action =
        context ->
            api.actor(context, Scope.READ).map(key -> new JsonObject().put("is", key.name()));
    assertThat(post("", "Authorization", "reader").body()).isEqualTo("{\"is\":\"key:reader\"}");

    action = context -> api.actor(context, Scope.PUSH).map(key -> new JsonObject());
    assertRefused(
        post("", "Authorization", "reader"), 403, "forbidden", "this key has no scope 'push'");
  }

  @Test
  void keyIsNoUser() throws Exception {
    action = context -> api.caller(context).map(caller -> new JsonObject());
    assertThat(post("", "Authorization", "ann").statusCode()).isEqualTo(200);
    assertRefused(
        post("", "Authorization", "reader"), 403, "forbidden", "only users may do this, no keys");
  }

  @Test
  void usersActForThemselvesAndOthersForAll() throws Exception {
    action = context -> api.selfOr(context, "ann", Scope.READ).map(actor -> new JsonObject());
    for (String who : List.of("ann", "operator", "reader")) {
      assertThat(post("", "Authorization", who).statusCode()).as(who).isEqualTo(200);
    }
    assertRefused(post("", "Authorization", "bob"), 403, "forbidden", "this is another user's");
    assertThat(post("").statusCode()).isEqualTo(401);
  }

  @Test
  void whoComesTooOftenIsSaidWhenToTryAgain() throws Exception {
    HttpApi.Limit limit = HttpApi.Limit.perMinute("tests", 1);
    action = context -> api.use(limit, api.clientAddress(context)).map(within -> new JsonObject());
    assertThat(post("").statusCode()).isEqualTo(200);

    action = context -> api.use(limit, "elsewhere").map(within -> new JsonObject());
    HttpResponse<String> answer = post("");
    assertThat(answer.headers().firstValue("Retry-After")).contains("60");
    assertRefused(answer, 429, "rate_limited", "try again in 60 s");

    HttpApi.Limit worded = new HttpApi.Limit("tests", 1, Duration.ofHours(1), "Too many.");
    action = context -> api.use(worded, "elsewhere").map(within -> new JsonObject());
    answer = post("");
    assertThat(answer.headers().firstValue("Retry-After")).contains("3600");
    assertRefused(answer, 429, "Too many.", null);
  }

  @Test
  void failuresHaveTheirStatusThrownOrNot() throws Exception {
    action = context -> Future.failedFuture(BadFieldException.missing("name"));
    assertRefused(post(""), 400, "invalid_request", "name is missing");
    action = context -> Future.failedFuture(new StoreUnavailableException("Redis", null));
    assertThat(post("").statusCode()).isEqualTo(503);
    action = context -> Future.failedFuture(new IllegalStateException("a secret"));
    assertRefused(post(""), 500, "internal", "an unexpected error");
    action =
        context -> {
          throw RefusedException.notFound("no such thing");
        };
    assertRefused(post(""), 404, "not_found", "no such thing");
    action =
        context -> {
          throw new IllegalStateException("a secret");
        };
    assertRefused(post(""), 500, "internal", "an unexpected error");
  }
}
